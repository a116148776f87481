// Lays the vectors of the npm package cctv-age out as files, zlib taken off,
// and gives the directory to the program named first, which judges them.
// PISTA_NODE_MODULES or the second argument says where node_modules is.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inflateSync } from 'node:zlib'

const [program, fallback] = process.argv.slice(2)
const modules = resolve(process.env.PISTA_NODE_MODULES || fallback)
const SKIPPED = 77

let vectors
try {
  vectors = await import(pathToFileURL(join(modules, 'cctv-age', 'index.js')))
} catch (error) {
  console.error(`no vectors: ${error.message}; npm ci brings them`)
  process.exit(SKIPPED)
}

const directory = mkdtempSync(join(tmpdir(), 'pista-vectors-'))
try {
  for (const [name, bytes] of Object.entries(vectors)) {
    const content = Buffer.from(bytes)
    const end = content.indexOf('\n\n') + 2
    const header = content.subarray(0, end)
    const body = content.subarray(end)
    const inflated = /^compressed: zlib$/m.test(header.toString('latin1'))
      ? inflateSync(body) : body
    writeFileSync(join(directory, name), Buffer.concat([header, inflated]))
  }
  process.exitCode = spawnSync(program, [directory], { stdio: 'inherit' }).status ?? 1
} finally {
  rmSync(directory, { recursive: true })
}
