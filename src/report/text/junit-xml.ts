import exported, { type Builder } from "junit-report-builder";
import { flowIdTail } from "../../model/flow-id.ts";
import type { Result } from "../../model/run/run.ts";

/** The package's types describe its module as having a `default`; what Node imports is the builder itself. */
const builder = exported as unknown as Builder;

/** A report without suites. */
export const newReport = (name: string): Builder => builder.newBuilder().name(name);
export type Suite = ReturnType<Builder["testSuite"]>;
export type Case = ReturnType<Suite["testCase"]>;

/** The time as JUnit has it: without fractions and without a zone. */
export const timestampOf = (startedAt: string): string => startedAt.replace(/(\.\d+)?Z$/, "");

/**
 * A case for a flow, named stably: group, section and requirement make the class name, the rest of the flow's id the
 * name. A dot would open a package in the tree that CI servers make of class names.
 */
export function addCase(suite: Suite, group: string, result: Result): Case {
  const { section, requirement } = result;
  const parts = [section, requirement].map((part) => part.replaceAll(".", "_"));
  return suite
    .testCase()
    .className([group, ...parts].join("."))
    .name(flowIdTail(result));
}

/** Text inside a case. `]]>` would end the CDATA section; the builder mends only the first one, so none is left. */
export const withoutEnd = (text: string): string => text.replaceAll("]]>", "]] >");
