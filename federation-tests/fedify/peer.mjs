// A small fediverse server on Fedify, for tests: an independent peer that signs, verifies and reads JSON-LD with its own code.
//
//   node peer.mjs --port PORT --door PORT --name HOST --state FILE [--knock SPEC] [--software NAME]
//
// It speaks ActivityPub at http://HOST:PORT, and obeys a test at http://127.0.0.1:DOOR (see door.mjs). Only loopback is used.
// Its people, their keys and notes are in FILE, so that it can be killed and started again.

import { AsyncLocalStorage } from "node:async_hooks";
import { webcrypto } from "node:crypto";
import dns from "node:dns";
import http from "node:http";
import { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { configure, getStreamSink } from "@logtape/logtape";

// getaddrinfo does not know *.localhost; no other name may leave this machine
dns.lookup = (name, options, callback) => {
    const answer = callback ?? options;
    const all = typeof options === "object" && options.all;
    if (name !== "127.0.0.1" && !name.endsWith(".localhost")) {
        process.nextTick(answer, Object.assign(new Error(`${name} is not of this machine`), { code: "ENOTFOUND" }));
    } else if (all) {
        process.nextTick(answer, null, [{ address: "127.0.0.1", family: 4 }]);
    } else {
        process.nextTick(answer, null, "127.0.0.1", 4);
    }
};

// Fedify is made for Node 22; these are what it misses in older ones
globalThis.navigator ??= { userAgent: "Node.js" };
globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;

const { values: settings } = parseArgs({
    options: {
        port: { type: "string" },
        door: { type: "string" },
        name: { type: "string" },
        state: { type: "string" },
        knock: { type: "string", default: "rfc9421" },
        software: { type: "string", default: "fedify" },
    },
});
for (const needed of ["port", "door", "name", "state"]) {
    if (!settings[needed]) throw new Error(`--${needed} is missing`);
}

await configure({
    contextLocalStorage: new AsyncLocalStorage(),
    // standard output says one line to whoever started it, everything else is for the log
    sinks: { log: getStreamSink(Writable.toWeb(process.stderr)) },
    loggers: [
        { category: "fedify", lowestLevel: process.env.FEDIFY_LOG ?? "warning", sinks: ["log"] },
        { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["log"] },
    ],
});

const { openStore } = await import("./store.mjs");
const { makeFederation } = await import("./federation.mjs");
const { answerAsPeer, watchRequests } = await import("./wire.mjs");
const { answerAtDoor } = await import("./door.mjs");

const origin = `http://${settings.name}:${settings.port}`;
const store = await openStore(settings.state);
const federation = makeFederation(store, { origin, firstKnock: settings.knock, software: settings.software });
const peer = { origin, store, federation, context: () => federation.createContext(new URL(origin), { record: {} }) };

watchRequests(store);
for (const [answer, port] of [[answerAtDoor, settings.door], [answerAsPeer, settings.port]]) {
    const server = http.createServer((...exchange) => answer(peer, ...exchange));
    await new Promise((open) => server.listen(Number(port), "127.0.0.1", open));
}
console.log(`ready at ${origin}`);
