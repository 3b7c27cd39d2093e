using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Storage;

/// <summary>What both stores ask of a changeset before they touch the database: mistakes of the program, so exceptions.</summary>
internal static class CommitRules
{
    /// <exception cref="ArgumentException">The changeset contradicts itself.</exception>
    public static void Check(Changes changes)
    {
        foreach (ResourceWrite write in changes.Writes)
        {
            if (write is ResourceWrite.Put put && put.Resource.Revision != put.ExpectedRevision + 1)
                throw new ArgumentException(
                    $"{put.Id}: the revision to store is {put.Resource.Revision}; over expected revision {put.ExpectedRevision} it must be {put.ExpectedRevision + 1}.",
                    nameof(changes)
                );
            if (write is not ResourceWrite.Put && write.ExpectedRevision < 1)
                throw new ArgumentException(
                    $"{write.Id}: a check or delete expects a revision that was read, 1 or more; this one expects {write.ExpectedRevision}.",
                    nameof(changes)
                );
        }
        if (changes.Writes.Length > 1)
        {
            var seen = new HashSet<ResourceId>();
            foreach (ResourceWrite write in changes.Writes)
                if (!seen.Add(write.Id))
                    throw new ArgumentException(
                        $"{write.Id} is written twice in one commit: write it once, as it shall be.",
                        nameof(changes)
                    );
        }
        if (changes.Claims.Length > 1)
            CheckClaims(changes);
    }

    private static void CheckClaims(Changes changes)
    {
        var owners = new Dictionary<string, ResourceId>();
        foreach (ClaimChange claim in changes.Claims)
            if (claim is ClaimChange.Take && !owners.TryAdd(claim.Key, claim.Owner) && owners[claim.Key] != claim.Owner)
                throw new ArgumentException(
                    $"Claim '{claim.Key}' is taken for {owners[claim.Key]} and for {claim.Owner} in one commit: a claim has one owner.",
                    nameof(changes)
                );
    }

    public static InvalidOperationException OwnerMissing(string what, ResourceId owner) =>
        new($"{what} names {owner}, which is not stored: put that resource in the same commit, or before.");
}
