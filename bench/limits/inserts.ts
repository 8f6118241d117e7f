// The limit of an import: people inserted over PostgreSQL, each by a request and a statement of its own, with nothing asked,
// checked or recorded.
import { createServer } from 'node:http'
import { Pool } from 'pg'

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 })

createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', async () => {
    if (request.method !== 'POST') return response.end('{}')
    const { userName, emails } = JSON.parse(Buffer.concat(parts).toString()) as { userName: string; emails: object[] }
    const { rows } = await pool.query('insert into users (id, user_name, display_name, emails) values (gen_random_uuid(), $1, $1, $2) returning id', [userName, JSON.stringify(emails)])
    response.statusCode = 201
    response.end(JSON.stringify(rows[0]))
  })
}).listen(Number(process.env.PORT), 'localhost')
