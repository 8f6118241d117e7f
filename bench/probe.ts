// A thread that asks one address again and again until it is told to stop, and tells how long each answer took:
// apart from the load, whose own work would count as waiting.
import { parentPort, workerData } from 'node:worker_threads'

const pause = 5
const state = { isDone: false }
parentPort!.once('message', () => { state.isDone = true })
const times: number[] = []
while (!state.isDone) {
  const started = performance.now()
  await (await fetch(workerData as string)).arrayBuffer()
  times.push(performance.now() - started)
  await new Promise((resolve) => { setTimeout(resolve, pause) })
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- between threads there are no origins
parentPort!.postMessage(times)
