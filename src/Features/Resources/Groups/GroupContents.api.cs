using Causeway.Api.Kit;
using Causeway.Identity.Roles;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Resources;

/// <summary>What stands in a group: resources in the order in which they are to be deleted, roles given below it, and what nobody knows how to delete.</summary>
public sealed record GroupContents(
    IReadOnlyList<(StoredResource Resource, ICascade Cascade, int Rank)> Resources,
    IReadOnlyList<StoredResource> Roles,
    IReadOnlyList<StoredResource> Unknown
)
{
    public static async Task<GroupContents> ReadAsync(IStore store, Cascades cascades, ResourceId group, CancellationToken cancellation)
    {
        var resources = new List<(StoredResource Resource, ICascade Cascade, int Rank)>();
        var roles = new List<StoredResource>();
        var unknown = new List<StoredResource>();
        await foreach (StoredResource row in store.AllAsync(new ResourceQuery { Scope = group, Most = 1000 }, cancellation))
            if (row.Id == group)
                continue;
            else if (row.Type.Equals(RoleAssignment.Type, StringComparison.OrdinalIgnoreCase))
                roles.Add(row);
            else if (cascades.Find(row.Type) is { } found)
                resources.Add((row, found.Cascade, found.Rank));
            else if (row.Id.Names.Count <= 1)
                unknown.Add(row);
        return new([.. resources.OrderBy(r => r.Rank)], roles, unknown);
    }
}
