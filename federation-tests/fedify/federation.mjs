// Fedify set up as a server: actors, notes, collections and inboxes. Everything on the wire is Fedify's own work.

import { createFederation, MemoryKvStore } from "@fedify/fedify";
import {
    Accept, Activity, Announce, Create, Delete, Endpoints, Follow, Like, Mention, Note, Person, PUBLIC_COLLECTION, Reject, Undo, Update,
} from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import { readKeys } from "./store.mjs";

/** The federation of a store. Without a queue Fedify delivers at once and says when that fails. */
export function makeFederation(store, { origin, firstKnock, software }) {
    const federation = createFederation({ kv: new MemoryKvStore(), origin, firstKnock, allowPrivateAddress: true });
    federation.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
        software: { name: software, version: "2.3.6" },
        protocols: ["activitypub"],
        usage: { users: { total: Object.keys(store.people).length }, localPosts: 0, localComments: 0 },
    }));

    // Fedify's authorized fetch: whoever asks must have signed, where the manners say so
    const mayRead = async (ctx) => {
        const signer = await ctx.getSignedKeyOwner();
        ctx.data.record.signer = signer?.id?.href ?? null;
        return signer != null || !store.manners.signedFetch;
    };
    federation
        .setActorDispatcher("/users/{identifier}", async (ctx, name) => (store.people[name] ? await person(ctx, name) : null))
        .mapHandle((_ctx, name) => (store.people[name] ? name : null))
        .setKeyPairsDispatcher(async (_ctx, name) => (store.people[name] ? await readKeys(store.people[name].keys) : []))
        .authorize(mayRead);
    federation
        .setObjectDispatcher(Note, "/users/{name}/notes/{number}", (ctx, { name, number }) => {
            const note = store.people[name]?.notes[number];
            return note && !note.deleted ? noteOf(ctx, name, note) : null;
        })
        .authorize(mayRead);
    federation
        .setFollowersDispatcher("/users/{identifier}/followers", (_ctx, name) => ({
            items: Object.values(store.people[name]?.followers ?? {}).map(recipient),
        }))
        .setCounter((_ctx, name) => Object.keys(store.people[name]?.followers ?? {}).length);
    federation
        .setOutboxDispatcher("/users/{identifier}/outbox", (ctx, name) => ({
            items: Object.values(store.people[name]?.notes ?? {}).filter((note) => !note.deleted).map((note) => createOf(ctx, name, note)),
        }))
        .setCounter((_ctx, name) => Object.keys(store.people[name]?.notes ?? {}).length);
    listen(federation, store);
    return federation;
}

/** Everything that passed Fedify's verification is noted as heard; Follow, Accept, Reject and Undo have an effect. */
function listen(federation, store) {
    const heard = (kind, act) => async (ctx, activity) => {
        ctx.data.record.heard = kind;
        await act?.(ctx, activity);
    };
    federation
        .setInboxListeners("/users/{identifier}/inbox", "/inbox")
        .on(Follow, heard("Follow", (ctx, follow) => answerFollow(store, ctx, follow)))
        .on(Accept, heard("Accept", (ctx, accept) => settleFollow(store, ctx, accept, true)))
        .on(Reject, heard("Reject", (ctx, reject) => settleFollow(store, ctx, reject, false)))
        .on(Undo, heard("Undo", async (ctx, undo) => {
            const undone = await undo.getObject(ctx);
            ctx.data.record.read = await summary(ctx, undone);
            if (undone instanceof Follow) {
                const name = ctx.parseUri(undone.objectId)?.identifier;
                delete store.people[name]?.followers[undo.actorId.href];
                await store.save();
            }
        }))
        .on(Create, heard("Create", readObject))
        .on(Update, heard("Update", readObject))
        .on(Announce, heard("Announce", readObject))
        .on(Delete, heard("Delete"))
        .on(Like, heard("Like"))
        .on(Activity, heard("Activity"))
        .setSharedKeyDispatcher(() => ({ identifier: Object.keys(store.people)[0] }))
        .onError((ctx, error) => {
            ctx.data.record.error = String(error?.stack ?? error);
        });
}

async function answerFollow(store, ctx, follow) {
    const name = ctx.parseUri(follow.objectId)?.identifier;
    const follower = await follow.getActor(ctx);
    if (!store.people[name] || !follower) throw new Error(`nobody to follow, or nobody who follows: ${follow.objectId} ${follow.actorId}`);
    const manner = store.manners.follows;
    if (manner === "hold") return;
    if (manner === "accept") {
        store.people[name].followers[follower.id.href] = addresses(follower);
        await store.save();
    }
    const Answer = manner === "accept" ? Accept : Reject;
    const id = new URL(`#answers/${Date.now()}`, ctx.getActorUri(name));
    await ctx.sendActivity({ identifier: name }, follower, new Answer({ id, actor: ctx.getActorUri(name), object: follow }));
}

async function settleFollow(store, ctx, answer, accepted) {
    // our own Follow comes back embedded and has no address of its own; what it says is checked below
    const follow = await answer.getObject({ ...ctx, crossOrigin: "trust" });
    if (!(follow instanceof Follow)) throw new Error(`an answer to something else than a Follow: ${follow?.constructor.name}`);
    const name = ctx.parseUri(follow.actorId)?.identifier;
    const standing = store.people[name]?.following[follow.objectId?.href];
    if (!standing || answer.actorId?.href !== follow.objectId.href) throw new Error(`nobody asked ${answer.actorId}`);
    standing.state = accepted ? "accepted" : "rejected";
    await store.save();
}

/** Reads the object as Fedify does: what is not on the actor's origin it fetches there itself. */
async function readObject(ctx, activity) {
    ctx.data.record.read = await summary(ctx, await activity.getObject(ctx));
}

/** What Fedify understood of an object. */
export async function summary(ctx, object) {
    if (object == null) return null;
    const read = { type: object.constructor.name, id: object.id?.href ?? null };
    if (object instanceof Activity) {
        return { ...read, actor: object.actorId?.href, object: await summary(ctx, await object.getObject(ctx)) };
    }
    return {
        ...read,
        content: object.content?.toString() ?? null,
        name: object.name?.toString() ?? null,
        attributedTo: object.attributionId?.href ?? null,
        inReplyTo: object.replyTargetId?.href ?? null,
        published: object.published?.toString() ?? null,
        to: object.toIds.map((id) => id.href),
        cc: object.ccIds.map((id) => id.href),
        audience: object.audienceId?.href ?? null,
        sharedInbox: object.endpoints?.sharedInbox?.href ?? null,
        preferredUsername: object.preferredUsername?.toString() ?? null,
    };
}

/** Where to write to an actor, as kept in the store. */
export function addresses(actor) {
    return { id: actor.id.href, inbox: actor.inboxId.href, sharedInbox: actor.endpoints?.sharedInbox?.href ?? null };
}

/** The same as Fedify wants it. */
export function recipient({ id, inbox, sharedInbox }) {
    return { id: new URL(id), inboxId: new URL(inbox), endpoints: sharedInbox ? { sharedInbox: new URL(sharedInbox) } : null };
}

async function person(ctx, name) {
    const keys = await ctx.getActorKeyPairs(name);
    return new Person({
        id: ctx.getActorUri(name),
        preferredUsername: name,
        name: `${name} at Fedify`,
        url: ctx.getActorUri(name),
        inbox: ctx.getInboxUri(name),
        outbox: ctx.getOutboxUri(name),
        followers: ctx.getFollowersUri(name),
        endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
        publicKey: keys[0].cryptographicKey,
        assertionMethods: keys.map((key) => key.multikey),
    });
}

/** The Note of a kept note: `{ number, content, to, cc, mentions: [{ id, handle }], inReplyTo, audience, published, updated }`. */
export function noteOf(ctx, name, note) {
    const url = (id) => (id === "public" ? PUBLIC_COLLECTION : new URL(id));
    return new Note({
        id: ctx.getObjectUri(Note, { name, number: String(note.number) }),
        attribution: ctx.getActorUri(name),
        content: note.content,
        tos: note.to.map(url),
        ccs: note.cc.map(url),
        tags: note.mentions.map(({ id, handle }) => new Mention({ href: new URL(id), name: handle })),
        replyTarget: note.inReplyTo ? new URL(note.inReplyTo) : null,
        audience: note.audience ? new URL(note.audience) : null,
        published: Temporal.Instant.from(note.published),
        updated: note.updated ? Temporal.Instant.from(note.updated) : null,
    });
}

/** The Create of a kept note. */
export function createOf(ctx, name, note) {
    const object = noteOf(ctx, name, note);
    return new Create({ id: new URL("#create", object.id), actor: ctx.getActorUri(name), object, tos: object.toIds, ccs: object.ccIds });
}
