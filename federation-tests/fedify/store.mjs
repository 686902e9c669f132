// What the peer knows: its people, their keys, followers, follows and notes (kept in a file), and what it saw since its start.

import { readFile, rename, writeFile } from "node:fs/promises";
import { exportJwk, generateCryptoKeyPair, importJwk } from "@fedify/fedify";

/** Opens the store; `file` need not exist yet. */
export async function openStore(file) {
    const store = {
        /** By name: `{ name, keys: [{ privateKey, publicKey }] (JWK), followers, following, notes }`. */
        people: {},
        /** How a Follow is answered (`accept`, `reject`, `hold`), and which GETs must be signed. */
        manners: { follows: "accept", signedFetch: false, onlyRfc9421: false },
        /** Activities that reached an inbox, with what Fedify said of their signatures (see wire.mjs). */
        received: [],
        /** GETs that came, with their signer where Fedify knows one. */
        fetched: [],
        /** Requests that Fedify made itself. */
        sent: [],
    };
    try {
        Object.assign(store, JSON.parse(await readFile(file, "utf8")));
    } catch (error) {
        if (error.code !== "ENOENT") throw error;
    }
    let saved = Promise.resolve();
    /** Writes what must survive a kill, one after the other. */
    store.save = () => {
        saved = saved.then(async () => {
            const { people, manners } = store;
            await writeFile(`${file}.new`, JSON.stringify({ people, manners }));
            await rename(`${file}.new`, file);
        });
        return saved;
    };
    return store;
}

/** New key pairs as JWK, RSA first. */
export async function newKeys() {
    const pairs = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
    const jwk = async (key) => {
        const { alg, ...rest } = await exportJwk(key);
        // versions of Node.js name Ed25519 differently, and refuse each other's name; RSA needs its own
        return rest.kty === "OKP" ? rest : { alg, ...rest };
    };
    return await Promise.all(pairs.map(async (pair) => ({ privateKey: await jwk(pair.privateKey), publicKey: await jwk(pair.publicKey) })));
}

/** Key pairs as Fedify wants them. */
export async function readKeys(keys) {
    return await Promise.all(
        keys.map(async ({ privateKey, publicKey }) => ({
            privateKey: await importJwk(privateKey, "private"),
            publicKey: await importJwk(publicKey, "public"),
        })),
    );
}
