import { expect, it } from "vitest";
import { openDoors } from "./doors.ts";

it("keeps what comes while a vantage point is being opened, in its order, for one promise", async () => {
  let openNow = () => {};
  const promise = new Promise<void>((resolve) => (openNow = resolve));
  let opening: Promise<void> | undefined = promise;
  const asked: string[] = [];
  const entered: string[] = [];
  const letIn = openDoors<string>(
    (vantage) => {
      asked.push(vantage);
      return vantage === "late" ? opening : undefined;
    },
    (vantage, one) => entered.push(`${vantage} ${one}`),
  );

  for (const one of ["a", "b", "c"]) letIn("late", one);
  letIn("open", "d");
  expect(entered).toEqual(["open d"]);
  expect(asked).toEqual(["late", "open"]);

  opening = undefined;
  openNow();
  await promise;
  expect(entered).toEqual(["open d", "late a", "late b", "late c"]);
  letIn("late", "e");
  expect(entered.at(-1)).toBe("late e");
});
