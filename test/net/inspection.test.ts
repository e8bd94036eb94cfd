import { expect, it } from "vitest";
import { buildInspectionWorld, hostFaults, inspect, resultAt, setFaults } from "./inspection-world.ts";
import { useLab } from "./use-lab.ts";

const lab = useLab(["python3", "iptables", "ip6tables"], buildInspectionWorld);

it("the host itself says why a flow failed, and passes with the faults removed", async () => {
  const faults = Object.values(hostFaults);
  const holder = await setFaults(lab(), faults);
  const broken = await inspect(lab(), "python");
  for (const [name, fault] of Object.entries(hostFaults))
    for (const family of fault.families) {
      const { verdict, evidence, advice } = resultAt(broken, fault, family);
      expect({ name, family, verdict, finding: evidence.inspection?.finding }).toEqual({
        name,
        family,
        verdict: "fail",
        finding: fault.finding,
      });
      expect(advice).toMatch(fault.says);
    }
  await setFaults(lab(), [], holder);
  const whole = await inspect(lab(), "python");
  expect(whole.run.results.filter(({ verdict }) => verdict !== "pass")).toEqual([]);
});
