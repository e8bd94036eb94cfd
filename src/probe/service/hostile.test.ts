import * as fc from "fast-check";
import { expect, it } from "vitest";
import { beginnings } from "../../../test/cases/hostile-bytes.ts";
import { ask, drips, peer } from "../../../test/cases/service-peer.ts";
import { tcpServiceNameSchema } from "../../model/service.ts";
import { serviceEvidenceSchema } from "../../model/service-evidence.ts";
import { services } from "./services.ts";

const bytes = fc
  .tuple(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 200 }), fc.boolean())
  .map(([beginning, rest, closes]) => ({ said: Buffer.concat([Buffer.from(beginning, "latin1"), rest]), closes }));

it.each(tcpServiceNameSchema.options)("%s: whatever is said, at once or in drips, is a finding", async (name) => {
  const { ask: prober } = services[name];
  const asked = fc.asyncProperty(bytes, async ({ said, closes }) => {
    const far = await peer((socket) => {
      socket.write(said);
      if (closes) socket.end();
    });
    const found = await ask(prober, far, { site: "main", patienceMs: 120 });
    expect(serviceEvidenceSchema.safeParse({ name, ...found }).error).toBeUndefined();
  });
  await fc.assert(asked, { numRuns: 8, endOnFailure: true });
  for (const text of ["16\x03\x03", "220-x", "HTTP/1.1 "]) {
    const found = await ask(prober, await peer(drips(text)), { site: "main", patienceMs: 120 });
    expect(serviceEvidenceSchema.safeParse({ name, ...found }).error).toBeUndefined();
  }
});
