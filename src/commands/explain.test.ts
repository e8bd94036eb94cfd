import { expect, it } from "vitest";
import { reasonSchema } from "../model/reason.ts";
import { InputError } from "../model/text/problem.ts";
import { explainCommand } from "./explain.ts";

/** Runs the command; gives what it printed and its exit code. */
async function explain(reason: string | undefined, columns?: number, env: Record<string, string> = {}) {
  let text = "";
  const out = (part: string) => void (text += part);
  const code = await explainCommand(reason, { out, columns, env, stdoutIsTerminal: columns !== undefined });
  return { text, code };
}

it("explains one reason", async () => {
  const { text, code } = await explain("connection-refused", 80);
  expect(code).toBe(0);
  expect(text).toMatchInlineSnapshot(`
    "✗ connection-refused
      fail: the requirement is not met. The matrix shows "refused".

    Means
      The TCP connection was refused: a reset (RST) or an ICMP port-unreachable came
      back.

    Proves
      Something answered, and this sender cannot connect to this port now.

    Does not prove
      Who refused, unless the message says it. With \`CAP_NET_RAW\` it names the
      sender of an ICMP error, or says from the hop count of the reset (IPv4) who
      probably sent it. Otherwise a host where nothing listens and a firewall that
      rejects look exactly the same.

    Likely causes, the likeliest first
      1. The service does not run.
      2. The service listens on another port or another address, often on loopback
         only.
      3. The port of a container is not published.
      4. A firewall on the target, on the way, or on the sender rejects with a reset
         or a port-unreachable.

    Look first
      On the target: does anything listen on this address and port (\`ss -tlnp\`)? If
      so, look for a firewall that rejects.
    "
  `);
});

it("lists every reason with one line each, by verdict, the worst first", async () => {
  const { text, code } = await explain(undefined);
  expect(code).toBe(0);
  expect(text).toMatchInlineSnapshot(`
    "✗ fail: the requirement is not met
      connection-refused           the TCP connection was refused, by the host or on its behalf
      port-unreachable             an ICMP port-unreachable came back
      administratively-prohibited  an ICMP error said that a policy forbids it
      host-unreachable             an "unreachable" came back from somewhere
      no-answer                    nothing came back over TCP or ICMP
      refused-on-the-way           refused before the installation, probably by a firewall on the way
      service-not-accepting        the service listens but accepts nothing; its queue may be full
      reply-lost                   it arrived at the other end, but the reply was lost
      path-blocked                 it did not arrive at the other end, where something listened
      accepted-on-the-way          something other than the responder answered on the port
      service-not-running          the path is proven, and no service listens there
      service-loopback-only        the path is proven, and the service listens on loopback only
      open-not-blocked             must be blocked, but answered
      no-service-answer            accepted, and then the service did not answer in time
      accepted-then-closed         the connection was accepted and closed at once
      wrong-service                something else answered on that port
      wrong-site                   what answered does not serve the expected Checkmk site
      foreign-certificate          TLS, but not with the service's own certificate
      plaintext-instead-of-tls     plain text came where TLS is needed
      tls-failed                   the connection was accepted, but TLS could not be agreed on

    E error: this side could not send or failed; nothing is known of the network
      privilege-missing            this user may not send ICMP echo
      program-missing              the sender has neither a raw socket nor the \`ping\` program
      descriptors-exhausted        the sender ran out of file descriptors or buffers
      source-ports-exhausted       the sender ran out of source ports
      name-not-resolved            the target's name does not resolve on the sender
      name-resolves-to-self        the target's name resolves to the sender itself, or to no host
      no-route-here                the sender's routing table has no route to the target
      local-firewall               a rule of the sender itself blocked the probe
      connection-table-full        the sender could track no new connection, so nothing was sent
      vantage-not-opened           the connection to the sending node failed, or was lost
      probe-not-supported          the portmatrix at the sending node does not know this probe
      probe-failed                 the probe failed for another cause on this side

    ? unknown: inconclusive
      udp-silence                  nothing came back over UDP, which is inconclusive
      held-by-service              a service uses the UDP port; nothing shows what arrived
      silence-without-control      must be blocked and is silent, but so is a dead host
      unreachable-without-control  must be blocked and is unreachable, but so is a dead host
      udp-unreachable              must be blocked; a UDP "unreachable" cannot show it

    ! warn: it works with a caveat, or it does not work and is not needed
      service-unencrypted          the service answered, but without encryption
      service-needs-secret         the agent answers encrypted with a shared secret
      service-refuses              the service answered, and refuses to serve
      service-slow                 the service answered, but only after a long time
      service-not-ready            the path is open, but the service is not ready to serve
      unexpected-answer            the protocol is right, the answer is not the expected one
      certificate-expired          the service answered with a certificate that is not valid now
      clock-differs                the time server answered; the two clocks differ
      everything-open              this port is open, but so is one that no service uses
      silence-accepted             silence over UDP that was accepted, as \`accept: unverifiable\` says
      path-open-nothing-listens    refused before the installation: a reply, and no service yet
      alternative-path-open        this port is not open before the installation; another one is
      path-open-other-answers      accepted before the installation, but not by the service
      counted-at-service           it never answers; the target's kernel counted a datagram just then
      address-translated           the path is open, and an address is translated on it
      closed-not-blocked           must be blocked, but was only refused: no listener or a rule
      alternative-satisfied        this port does not work, but another one does
      answer-from-other-address    the reply came from another address than the one probed
      snmp-credentials-rejected    the SNMPv3 agent answers, but rejects the credentials
      snmp-community-unanswered    an SNMP agent is there, but left the request unanswered
      snmp-user-unanswered         an SNMPv3 agent is there, but left the user's request unanswered
      snmp-object-missing          the SNMP agent answers, but lacks a standard object
      request-unanswered           the connection was accepted, but there was no reply
      absence-is-normal            no service there, which the catalog calls normal
      answered-on-second-attempt   it works, but not at the first attempt
      address-family-not-routed    one family works; the sender has no route for the other

    ✓ pass: the requirement is met, as far as the proof goes
      handshake-completed          a TCP connection was accepted; the service was not judged
      service-answered             the service itself answered in its own protocol
      reply-received               a UDP reply came back that was not decoded or does not match
      echo-reply                   the ping was answered
      responder-answered           the responder at the other end received it and answered
      arrived-at-service           the service never answers, but its kernel saw the datagram arrive
      blocked-as-expected          the port must be blocked, and it is

    – skipped: not tried
      no-vantage                   the flow starts at a node from which nothing could be sent
      interrupted                  the run was stopped before it was decided
    "
  `);
  const lines = text.split("\n").filter((line) => line.startsWith("  "));
  expect(lines).toHaveLength(reasonSchema.options.length);
});

it("folds the list on a narrow terminal without UTF-8", async () => {
  const { text } = await explain(undefined, 60, { LANG: "C" });
  expect(text.split("\n").slice(0, 6).join("\n")).toMatchInlineSnapshot(`
    "X fail: the requirement is not met
      connection-refused           the TCP connection was
                                   refused, by the host or on
                                   its behalf
      port-unreachable             an ICMP port-unreachable came
                                   back"
  `);
});

it.each([
  ["conection-refused", '"conection-refused" is not a reason; did you mean "connection-refused"?'],
  ["UDP-SILENCE", '"UDP-SILENCE" is not a reason; did you mean "udp-silence"?'],
  ["refused", '"refused" is not a reason; the matrix shows that word for connection-refused and port-unreachable'],
  ["zzz", '"zzz" is not a reason'],
  ["", '"" is not a reason'],
  ["toString", '"toString" is not a reason'],
])("refuses %j", async (reason, first) => {
  const refusal = await explain(reason).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(InputError);
  const more = "`portmatrix explain` lists them all";
  expect((refusal as InputError).message).toBe(`explain: ${first}${first.endsWith("?") ? " " : "; "}${more}`);
});
