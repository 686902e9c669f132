// HTTP in and out: requests to the peer become Fedify's, and both directions are noted for the test.

import { doesActorOwnKey, verifyObject, verifyRequestDetailed } from "@fedify/fedify";
import { Activity } from "@fedify/vocab";
import { lostTerms } from "./terms.mjs";

/** Notes every request that Fedify makes: method, address, how it was signed, what came back. */
export function watchRequests(store) {
    const plain = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
        const { method = "GET", url = String(input), headers } = input instanceof Request ? input : { ...init };
        const note = { method, url, scheme: schemeOf(new Headers(headers)), status: 0 };
        store.sent.push(note);
        const response = await plain(input, init);
        note.status = response.status;
        return response;
    };
}

/** Answers a request to the peer. */
export async function answerAsPeer(peer, incoming, outgoing) {
    try {
        const request = await requestOf(peer, incoming);
        const record = { method: request.method, path: incoming.url, scheme: schemeOf(request.headers), at: Date.now() };
        if (request.method === "POST") Object.assign(record, await judge(peer, request.clone()));
        const response = refusesScheme(peer, record) ?? (await ask(peer, request, record));
        record.answered = response.status;
        (request.method === "POST" ? peer.store.received : peer.store.fetched).push(record);
        outgoing.writeHead(response.status, Object.fromEntries(response.headers));
        outgoing.end(Buffer.from(await response.arrayBuffer()));
    } catch (error) {
        console.error(error);
        outgoing.writeHead(500).end(String(error));
    }
}

async function ask(peer, request, record) {
    const said = (status) => () => new Response(null, { status });
    return await peer.federation.fetch(request, {
        contextData: { record },
        onNotFound: said(404),
        onNotAcceptable: said(406),
        onUnauthorized: said(401),
    });
}

/** A server that understands RFC 9421 alone, where the manners say so. */
function refusesScheme(peer, record) {
    return peer.store.manners.onlyRfc9421 && record.scheme === "cavage" ? new Response("RFC 9421, please", { status: 401 }) : null;
}

async function requestOf(peer, incoming) {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const headers = new Headers();
    for (let at = 0; at < incoming.rawHeaders.length; at += 2) headers.append(incoming.rawHeaders[at], incoming.rawHeaders[at + 1]);
    const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
    return new Request(new URL(incoming.url, `http://${incoming.headers.host ?? peer.origin}`), { method: incoming.method, headers, body });
}

/** What Fedify says of an HTTP signature and of a proof, each by itself (its inbox is content with either), and which terms it loses. */
async function judge(peer, request) {
    const context = peer.context();
    const loaders = { documentLoader: context.documentLoader, contextLoader: context.contextLoader };
    const json = await request.clone().json().catch(() => null);
    const http = await verifyRequestDetailed(request, loaders);
    const signature = http.verified ? { verified: true, key: http.key.id.href } : { verified: false, reason: JSON.stringify(http.reason) };
    let proof = json?.proof ? "refused" : "none";
    try {
        if (json?.proof && (await verifyObject(Activity, json, loaders))) proof = "verified";
        if (http.verified) signature.byActor = await doesActorOwnKey(await Activity.fromJsonLd(json, loaders), http.key, loaders);
    } catch (error) {
        signature.error = String(error);
    }
    const lost = json ? await lostTerms(json, context.contextLoader).catch((error) => [String(error)]) : [];
    return { activity: json, signature, proof, lost };
}

function schemeOf(headers) {
    if (headers.has("signature-input")) return "rfc9421";
    return headers.has("signature") ? "cavage" : "none";
}
