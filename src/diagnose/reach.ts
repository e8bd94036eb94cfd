import type { Subject } from "../model/registration/doctor.ts";
import type { Answer, Observation } from "../model/outcome.ts";

/** Which address a client ends up with: `reached` the first that answers it, `stalled` if a silent one holds it up. */
export interface Reach {
  reached?: Answer;
  stalled: boolean;
}

const isOpen = ({ outcome }: Answer): boolean => outcome.kind === "open";
const isSilent = ({ outcome }: Answer): boolean => outcome.kind === "silent";
const isV6 = ({ address }: Answer): boolean => address?.includes(":") === true;

/** Which address the controller's HTTP client would use. */
export function reachWeb({ addresses }: Pick<Subject, "addresses">, observation: Observation | undefined): Reach {
  const answers = observation?.answers ?? [];
  return addresses.length > 1 ? reachAny(answers) : reachByFamily(answers);
}

/** Any address that works will do: each stands for a registration of its own. */
export function reachAny(answers: readonly Answer[]): Reach {
  const reached = answers.find(isOpen);
  return { ...(reached === undefined ? {} : { reached }), stalled: false };
}

/**
 * One address after the other, as the controller does when it fetches the certificate that the user is to confirm
 * (Rust's `TcpStream::connect`, cmk-agent-ctl src/certs.rs `fetch_server_cert_pem`). It has no time limit of its own:
 * at a silent address it waits until the kernel gives up, on Linux after about two minutes.
 */
export function reachInTurn(answers: readonly Answer[]): Reach {
  const at = answers.findIndex(isOpen);
  const reached = answers[at];
  return { ...(reached === undefined ? {} : { reached }), stalled: at > 0 && answers.slice(0, at).some(isSilent) };
}

/**
 * The family of the first address goes first, the other one starts 0.3 s later beside it, as HTTP clients do
 * (RFC 8305; hyper's HttpConnector, which the controller's reqwest uses). Within a family the addresses have their
 * turns, and reqwest's blocking client gives up after 30 s, before the kernel leaves a silent address.
 */
export function reachByFamily(answers: readonly Answer[]): Reach {
  const [first] = answers;
  if (first === undefined) return { stalled: false };
  const families = [
    answers.filter((one) => isV6(one) === isV6(first)),
    answers.filter((one) => isV6(one) !== isV6(first)),
  ];
  const tries = families.map(reachInTurn);
  const swift = tries.find(({ reached, stalled }) => reached !== undefined && !stalled);
  if (swift !== undefined) return swift;
  return tries.find(({ reached }) => reached !== undefined) ?? { stalled: false };
}
