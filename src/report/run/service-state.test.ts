import { describe, expect, it } from "vitest";
import { answer, observed, outcomes } from "../../../test/cases/judge-case.ts";
import { make, runOf } from "../../../test/cases/report-run.ts";
import { runs } from "../../../test/report/runs.ts";
import { viewService } from "./service-state.ts";

const view = (run: ReturnType<typeof runOf>) => viewService(run.results, run);

describe("viewService", () => {
  it("has no headline and no details where all is well", () => {
    expect(view(runs.healthy())).toMatchObject({ state: 0, tally: "6 pass", details: [] });
    expect(view(runs.healthy())).not.toHaveProperty("headline");
  });

  it("a failure outweighs what is undecided, and that outweighs a caveat", () => {
    const { results } = runs.mixed();
    const only = (...verdicts: string[]) =>
      viewService(
        results.filter(({ verdict }) => verdicts.includes(verdict)),
        {},
      );
    expect(only("pass", "warn", "unknown", "fail").state).toBe(2);
    expect(only("pass", "warn", "unknown").state).toBe(3);
    expect(only("pass", "warn").state).toBe(1);
    expect(only("pass", "skipped").state).toBe(0);
    expect(only("skipped").state).toBe(3);
    expect(only().state).toBe(3);
  });

  it("keeps the details short, and says how much is missing", () => {
    const refused = observed([answer(outcomes.refused)]);
    const ports = Array.from({ length: 60 }, (_, at) => 1000 + at);
    const { details } = view(
      runOf(ports.map((port) => [make.blocked("web01", "cmk", "10.0.0.5", port), refused] as const)),
    );
    expect(details).toHaveLength(50);
    expect(details.at(-1)).toBe("and 11 more lines; the run record has all of them");
  });

  it("names the nodes that would have to send what was not checked", () => {
    expect(view(runs["not-sent"]()).details).toEqual(["skipped: 3 flows not checked; to be sent from web01"]);
    expect(view(runs.interrupted()).details).toEqual(["skipped: 1 flow left out because the run was interrupted"]);
  });
});
