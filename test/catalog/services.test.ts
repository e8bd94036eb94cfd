import { expect, it } from "vitest";
import { serviceRecord } from "../../src/model/service.ts";
import { shippedCatalogs } from "./read-catalog.ts";
import { portsOf } from "./rule.ts";

const asked = shippedCatalogs().flatMap(({ path, catalog }) =>
  catalog.sections.flatMap(({ id, requirements }) =>
    requirements.flatMap((requirement) => {
      const { service } = requirement.probe;
      return service === undefined ? [] : [{ where: `${path} ${id} ${requirement.id}`, requirement, service }];
    }),
  ),
);

it("every catalog asks a service at a port that is usual for it", () => {
  const unusual = asked.filter(
    ({ requirement, service }) => !portsOf(requirement).some((port) => serviceRecord(service).ports.includes(port)),
  );
  expect(asked.length).toBeGreaterThan(30);
  expect(unusual.map(({ where }) => where)).toEqual([]);
});

it("what must be asked only once is so in every catalog", () => {
  const careless = asked.filter(
    ({ requirement, service }) => serviceRecord(service).askedOnce === true && requirement.confirm !== "never",
  );
  expect(careless.map(({ where }) => where)).toEqual([]);
});
