// Lets this process load the sources and the tests as they lie, for as long as it runs.
import { register } from 'node:module'
import { compiledFolder } from './compile.js'

register('./typescript.js', { parentURL: import.meta.url, data: { root: process.cwd(), compiled: compiledFolder() } })
