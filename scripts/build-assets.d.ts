/** Writes the assets into `out` (dist/assets unless told) and returns the manifest: plain name to hashed name. */
export function buildAssets(options?: { out?: string }): Promise<Record<string, string>>
