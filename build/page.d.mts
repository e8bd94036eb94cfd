export function pageAssetsFile(): Promise<string>;
