import type { Comparison } from "../../model/comparison.ts";
import { githubOf } from "../run/github.ts";
import { renderGitlab } from "../run/gitlab.ts";
import { renderSarif } from "../run/sarif.ts";
import { shownRegressions, shownRun } from "./shown.ts";

/** Annotations show what is broken or lost; the whole new run says which causes are possible. */
export const renderDiffGithub = (comparison: Comparison): string =>
  githubOf(shownRegressions(comparison), shownRun(comparison));

export const renderDiffGitlab = (comparison: Comparison): string => renderGitlab(shownRegressions(comparison));

export const renderDiffSarif = (comparison: Comparison): string => renderSarif(shownRegressions(comparison));
