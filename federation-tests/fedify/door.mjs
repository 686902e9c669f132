// The door for the test: `POST /act` with a JSON body tells the peer what to do, `GET /received` and others ask what it saw.
//
// Ids are ActivityPub ids; `as` names the person who acts. An act answers 200 with JSON once everything is delivered, and 502
// with `{ error }` where Fedify could not deliver or read something.

import { parseNodeInfo } from "@fedify/fedify";
import { Announce, Delete, Follow, isActor, Like, Note, PUBLIC_COLLECTION, Tombstone, Undo, Update } from "@fedify/vocab";
import { addresses, createOf, noteOf, recipient, summary } from "./federation.mjs";
import { newKeys } from "./store.mjs";
import { lostTerms } from "./terms.mjs";

/** Answers a request at the door. */
export async function answerAtDoor(peer, incoming, outgoing) {
    const say = (status, value) => outgoing.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value ?? null));
    try {
        const name = incoming.url.slice(1);
        if (incoming.method === "GET") {
            return ["received", "fetched", "sent", "people"].includes(name) ? say(200, peer.store[name]) : say(404);
        }
        const chunks = [];
        for await (const chunk of incoming) chunks.push(chunk);
        if (!Object.hasOwn(acts, name)) return say(404);
        return say(200, await acts[name](peer, JSON.parse(Buffer.concat(chunks).toString() || "{}")));
    } catch (error) {
        return say(502, { error: String(error?.stack ?? error) });
    }
}

const acts = {
    /** Makes a person: `{ name }`. */
    async person({ store, context }, { name }) {
        store.people[name] ??= { name, keys: await newKeys(), followers: {}, following: {}, notes: {}, count: 0 };
        await store.save();
        return { id: context().getActorUri(name).href };
    },

    /** Gives a person new keys under the old key ids: `{ as }`. */
    async rotate({ store }, { as }) {
        store.people[as].keys = await newKeys();
        await store.save();
    },

    /** Changes the peer's manners: `{ follows?, signedFetch?, onlyRfc9421? }`. */
    async manners({ store }, changes) {
        Object.assign(store.manners, changes);
        await store.save();
    },

    /** Follows a person or a group: `{ as, id }`. */
    async follow({ store, context }, { as, id }) {
        const ctx = context();
        const whom = await actorAt(ctx, as, id);
        const follow = new Follow({ id: fresh(ctx, store, as, "follows"), actor: ctx.getActorUri(as), object: whom.id, to: whom.id });
        store.people[as].following[whom.id.href] = { follow: follow.id.href, state: "asked" };
        await store.save();
        await ctx.sendActivity({ identifier: as }, whom, follow);
        return { id: follow.id.href };
    },

    /** Takes a follow back: `{ as, id }`. */
    async unfollow({ store, context }, { as, id }) {
        const ctx = context();
        const whom = await actorAt(ctx, as, id);
        const object = new Follow({ id: new URL(store.people[as].following[id].follow), actor: ctx.getActorUri(as), object: whom.id });
        delete store.people[as].following[id];
        await store.save();
        await ctx.sendActivity({ identifier: as }, whom, undoOf(ctx, store, as, object));
    },

    /** Posts: `{ as, content, mentions?: [id], inReplyTo?, audience?, narrow? }`; `narrow` reaches those mentioned alone. */
    async note({ store, context }, { as, content, mentions = [], inReplyTo, audience, narrow = false }) {
        const ctx = context();
        const me = store.people[as];
        const people = await Promise.all(mentions.map((id) => actorAt(ctx, as, id)));
        if (inReplyTo) {
            const answered = await authorOf(ctx, as, inReplyTo);
            if (!mentions.includes(answered.id.href)) people.push(answered);
        }
        const named = people.map((one) => one.id.href);
        const followers = ctx.getFollowersUri(as).href;
        const note = {
            number: ++me.count,
            content,
            to: narrow ? named : ["public"],
            cc: narrow ? [] : [followers, ...named],
            mentions: people.map((one) => ({ id: one.id.href, handle: `@${one.preferredUsername}@${one.id.host}` })),
            inReplyTo,
            audience,
            published: new Date().toISOString(),
            readers: Object.fromEntries(people.map((one) => [one.id.href, addresses(one)])),
        };
        me.notes[note.number] = note;
        await store.save();
        await deliver(ctx, store, as, note, createOf(ctx, as, note));
        return { id: noteOf(ctx, as, note).id.href };
    },

    /** Edits a note: `{ as, id, content }`. */
    async edit({ store, context }, { as, id, content }) {
        const ctx = context();
        const note = mine(ctx, store, as, id);
        Object.assign(note, { content, updated: new Date().toISOString() });
        await store.save();
        const object = noteOf(ctx, as, note);
        const update = { id: fresh(ctx, store, as, "updates"), actor: ctx.getActorUri(as), object, tos: object.toIds, ccs: object.ccIds };
        await deliver(ctx, store, as, note, new Update(update));
    },

    /** Deletes a note: `{ as, id }`. */
    async delete({ store, context }, { as, id }) {
        const ctx = context();
        const note = mine(ctx, store, as, id);
        note.deleted = true;
        await store.save();
        const gone = { object: new Tombstone({ id: new URL(id) }), to: PUBLIC_COLLECTION };
        await deliver(ctx, store, as, note, new Delete({ id: new URL("#delete", id), actor: ctx.getActorUri(as), ...gone }));
    },

    /** Likes a post: `{ as, id }`; answers the activity's id. */
    async like({ store, context }, { as, id }) {
        const ctx = context();
        const author = await authorOf(ctx, as, id);
        const like = new Like({ id: fresh(ctx, store, as, "likes"), actor: ctx.getActorUri(as), object: new URL(id), to: author.id });
        await ctx.sendActivity({ identifier: as }, author, like);
        return { id: like.id.href };
    },

    /** Takes a like back: `{ as, id, like }`. */
    async unlike({ store, context }, { as, id, like }) {
        const ctx = context();
        const object = new Like({ id: new URL(like), actor: ctx.getActorUri(as), object: new URL(id) });
        await ctx.sendActivity({ identifier: as }, await authorOf(ctx, as, id), undoOf(ctx, store, as, object));
    },

    /** Boosts a post: `{ as, id }`; answers the activity's id. */
    async boost({ store, context }, { as, id }) {
        const ctx = context();
        const author = await authorOf(ctx, as, id);
        const shape = { id: fresh(ctx, store, as, "boosts"), actor: ctx.getActorUri(as), object: new URL(id), to: PUBLIC_COLLECTION };
        const boost = new Announce({ ...shape, ccs: [ctx.getFollowersUri(as), author.id] });
        await send(ctx, store, as, [addresses(author)], boost);
        return { id: boost.id.href };
    },

    /** Takes a boost back: `{ as, id, boost }`. */
    async unboost({ store, context }, { as, id, boost }) {
        const ctx = context();
        const object = new Announce({ id: new URL(boost), actor: ctx.getActorUri(as), object: new URL(id) });
        await send(ctx, store, as, [addresses(await authorOf(ctx, as, id))], undoOf(ctx, store, as, object));
    },

    /** Fetches and reads a document: `{ id, as? }`, signed by `as` or not signed; answers what Fedify understood, or null. */
    async read({ context }, { id, as }) {
        const ctx = context();
        const documentLoader = as ? await ctx.getDocumentLoader({ identifier: as }) : ctx.documentLoader;
        const found = await ctx.lookupObject(new URL(id), { documentLoader });
        if (!found) return null;
        const { document } = await documentLoader(id);
        return { ...(await summary(ctx, found)), lost: await lostTerms(document, ctx.contextLoader) };
    },

    /** Asks WebFinger about an id: `{ id }`. */
    async webfinger({ context }, { id }) {
        return await context().lookupWebFinger(new URL(id));
    },

    /** Reads the NodeInfo document at `{ id }`; null where it breaks the schema. Fedify's own look-up does not go to loopback. */
    async nodeinfo(_peer, { id }) {
        return parseNodeInfo(await (await fetch(id)).json());
    },
};

function fresh(ctx, store, as, kind) {
    store.people[as].count += 1;
    return new URL(`#${kind}/${store.people[as].count}`, ctx.getActorUri(as));
}

function undoOf(ctx, store, as, object) {
    return new Undo({ id: fresh(ctx, store, as, "undos"), actor: ctx.getActorUri(as), object });
}

/** One's own note by its id. */
function mine(ctx, store, as, id) {
    const note = store.people[as].notes[ctx.parseUri(new URL(id))?.values?.number];
    if (!note) throw new Error(`${as} has no note ${id}`);
    return note;
}

/** An actor, fetched with a signature of `as`. */
async function actorAt(ctx, as, id) {
    const found = await ctx.lookupObject(new URL(id), { documentLoader: await ctx.getDocumentLoader({ identifier: as }) });
    if (!isActor(found)) throw new Error(`no actor at ${id}`);
    return found;
}

/** The author of a post. */
async function authorOf(ctx, as, id) {
    const note = await ctx.lookupObject(new URL(id), { documentLoader: await ctx.getDocumentLoader({ identifier: as }) });
    if (!(note instanceof Note) || !note.attributionId) throw new Error(`no post at ${id}`);
    return await actorAt(ctx, as, note.attributionId.href);
}

/** Sends what is said about a note to whoever it reaches. */
async function deliver(ctx, store, as, note, activity) {
    const narrow = !note.to.includes("public");
    await send(ctx, store, as, Object.values(note.readers), activity, narrow);
}

/** Sends an activity to some, and to the followers unless it is narrow. */
async function send(ctx, store, as, some, activity, narrow = false) {
    const all = { ...(narrow ? {} : store.people[as].followers), ...Object.fromEntries(some.map((one) => [one.id, one])) };
    await ctx.sendActivity({ identifier: as }, Object.values(all).map(recipient), activity, { preferSharedInbox: false });
}
