// The limit of a small answer: Koa, saying hello.
import Koa from 'koa'

const app = new Koa()
app.use((ctx) => { ctx.body = { hello: 'world' } })
app.listen(Number(process.env.PORT), 'localhost')
