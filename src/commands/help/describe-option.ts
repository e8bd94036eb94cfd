import type { Option } from "commander";

/** An option's help; a default that says nothing, `[]` or `false`, is left out. */
export function describeOption({ description, argChoices, defaultValue, defaultValueDescription }: Option): string {
  const saysNothing = defaultValue === undefined || defaultValue === false || Array.isArray(defaultValue);
  const extras = [
    ...(argChoices === undefined ? [] : [`choices: ${argChoices.join(", ")}`]),
    ...(saysNothing || defaultValue === true ? [] : [`default: ${defaultValueDescription ?? defaultValue}`]),
  ];
  return extras.length === 0 ? description : `${description} (${extras.join(", ")})`;
}
