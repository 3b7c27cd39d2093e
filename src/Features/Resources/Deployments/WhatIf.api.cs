using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Domain.Resources;
using Causeway.Primitives;
using Causeway.Templates;
using Causeway.Templates.Values;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Resources;

/// <summary>
/// What a deployment would change: each resource as it is beside what the template would make of it. Members that the template does not name stay as they are, and
/// are no change; what only a running deployment knows is shown as its expression. What the caller may not read is not looked at.
/// </summary>
internal sealed class WhatIf(IStore store, Cascades cascades, DeploymentAsking asking)
{
    public async Task<IReadOnlyList<WhatIfChange>> ChangesAsync(
        DeploymentOrder order,
        Deployment deployment,
        CancellationToken cancellation
    )
    {
        var changes = new List<WhatIfChange>();
        HashSet<ResourceId> named = [];
        foreach (PlannedResource resource in order.Plan.Resources.Where(r => r is { IsSkipped: false, IsExisting: false }))
        {
            named.Add(resource.Id);
            changes.Add(await ChangeAsync(order, deployment, resource, cancellation));
        }
        if (deployment.Id.ResourceGroup is null)
            return changes;
        GroupContents all = await GroupContents.ReadAsync(store, cascades, deployment.Scope, cancellation);
        foreach ((StoredResource row, _, _) in all.Resources.Where(r => r.Resource.Id.Names.Count == 1 && !named.Contains(r.Resource.Id)))
            if (
                row.Type != Deployment.ResourceType
                && await asking.GetAsync(deployment, row.Id, asking.NewestVersionOf(row.Type), cancellation) is Asking.Taken taken
            )
                changes.Add(
                    order.IsResourceIdOnly
                        ? new WhatIfChange(row.Id.Text, deployment.Request.IsComplete ? "Delete" : "Ignore")
                        : new WhatIfChange(
                            row.Id.Text,
                            deployment.Request.IsComplete ? "Delete" : "Ignore",
                            Before: DeploymentViews.Json(taken.Body!.ToString())
                        )
                );
        return changes;
    }

    private async Task<WhatIfChange> ChangeAsync(
        DeploymentOrder order,
        Deployment deployment,
        PlannedResource resource,
        CancellationToken cancellation
    )
    {
        if (resource.Id.Type.Equals(Deployment.ResourceType, StringComparison.OrdinalIgnoreCase))
            return new WhatIfChange(
                resource.Id.Text,
                "Unsupported",
                UnsupportedReason: "What a deployment within the template would change is told when it is asked by itself."
            );
        Value.Object wanted = WithoutNulls(Named(order.Plan.Foreseen(resource, new Dictionary<string, Value>()), resource));
        Asking now = await asking.GetAsync(deployment, resource.Id, resource.ApiVersion, cancellation);
        if (now is not Asking.Taken { Body: { } present })
            return now is Asking.Refused { Status: 404 }
                ? new WhatIfChange(
                    resource.Id.Text,
                    "Create",
                    After: order.IsResourceIdOnly ? null : DeploymentViews.Json(wanted.ToString())
                )
                : new WhatIfChange(resource.Id.Text, "Deploy");
        List<WhatIfPropertyChange> delta = Differences(present, wanted.Without("apiVersion", "id", "name", "type"), "");
        // Of tags as a resource of their own, they stand a member deeper.
        bool isTags = resource.Id.Type.Equals("Microsoft.Resources/tags", StringComparison.OrdinalIgnoreCase);
        delta.AddRange(isTags ? Untagged(Inner(present), Inner(wanted), "properties.tags") : Untagged(present, wanted, "tags"));
        string kind = delta.Count > 0 ? "Modify" : "NoChange";
        return order.IsResourceIdOnly
            ? new WhatIfChange(resource.Id.Text, kind)
            : new WhatIfChange(
                resource.Id.Text,
                kind,
                DeploymentViews.Json(present.ToString()),
                DeploymentViews.Json(Laid(present.Without(isTags ? "properties" : "tags"), wanted).ToString()),
                delta
            );
    }

    private static Value.Object Named(Value.Object body, PlannedResource resource) =>
        new(
            DeploymentKnowledge
                .Object(
                    ("apiVersion", resource.ApiVersion),
                    ("id", resource.Id.Text),
                    ("name", resource.Id.Name),
                    ("type", resource.Id.Type)
                )
                .Members.Concat(body.Members)
        );

    /// <summary>A member that is null is as one that is not named.</summary>
    private static Value.Object WithoutNulls(Value.Object body) =>
        new(body.Members.Where(m => m.Value is not Value.Null).Select(m => KeyValuePair.Create(m.Key, WithoutNulls(m.Value))));

    private static Value WithoutNulls(Value value) =>
        value switch
        {
            Value.Object members => WithoutNulls(members),
            Value.Array array => new Value.Array([.. array.Items.Select(WithoutNulls)]),
            _ => value,
        };

    /// <summary>Tags are replaced as a whole: those that the template does not name go.</summary>
    private static IEnumerable<WhatIfPropertyChange> Untagged(Value.Object present, Value.Object wanted, string path) =>
        present.Get("tags") is Value.Object before && wanted.Get("tags") is null or Value.Object
            ? before
                .Members.Where(t => (wanted.Get("tags") as Value.Object)?.Find(t.Key) is null)
                .Select(t => new WhatIfPropertyChange($"{path}.{t.Key}", "Delete", Json(t.Value)))
            : [];

    private static Value.Object Inner(Value.Object body) => body.Get("properties") as Value.Object ?? Value.Object.Empty;

    /// <summary>What is there with what is wanted laid over it.</summary>
    private static Value.Object Laid(Value.Object present, Value.Object wanted) =>
        new(
            present.Members.Concat(
                wanted.Members.Select(m =>
                    m.Value is Value.Object inner && present.Find(m.Key) is Value.Object before
                        ? KeyValuePair.Create(m.Key, (Value)Laid(before, inner))
                        : m
                )
            )
        );

    /// <param name="path">Of both within the resource or the item; empty for the whole of it.</param>
    private static List<WhatIfPropertyChange> Differences(Value.Object present, Value.Object wanted, string path)
    {
        var changes = new List<WhatIfPropertyChange>();
        foreach ((string name, Value after) in wanted.Members)
        {
            string at = path.Length == 0 ? name : $"{path}.{name}";
            Value? before = present.Get(name);
            if (before is Value.Object a && after is Value.Object b)
                changes.AddRange(Differences(a, b, at));
            else if (before is null)
            {
                if (after is not (Value.Object { Count: 0 } or Value.Array { Items.Count: 0 }))
                    changes.Add(new(at, "Create", After: Json(after)));
            }
            else if (before is Value.Array from && after is Value.Array to)
            {
                if (ItemDifferences(from, to) is { Count: > 0 } items)
                    changes.Add(new(at, "Array", Json(before), Json(after), items));
            }
            else if (!IsSame(before, after, name))
                changes.Add(new(at, "Modify", Json(before), Json(after)));
        }
        return changes;
    }

    /// <summary>
    /// What differs between two arrays, by index: what is new by where it will be, what goes by where it was. Objects with names are the same by their names,
    /// and words wherever they stand; all else by its place.
    /// </summary>
    private static List<WhatIfPropertyChange> ItemDifferences(Value.Array present, Value.Array wanted)
    {
        var changes = new List<WhatIfPropertyChange>();
        bool areNamed = present.Items.Concat(wanted.Items).All(i => NameOf(i) is not null);
        List<int> left = [.. Enumerable.Range(0, present.Items.Count)];
        for (int i = 0; i < wanted.Items.Count; i++)
        {
            Value after = wanted.Items[i];
            int at =
                areNamed ? left.FindIndex(j => IsSame(new Value.Text(NameOf(present.Items[j])!), new Value.Text(NameOf(after)!), ""))
                : after is Value.Object or Value.Array ? left.IndexOf(i)
                : left.FindIndex(j => IsSame(present.Items[j], after, ""));
            if (at < 0)
            {
                changes.Add(new($"{i}", "Create", After: Json(after)));
                continue;
            }
            Value before = present.Items[left[at]];
            left.RemoveAt(at);
            if (before is Value.Object a && after is Value.Object b)
            {
                if (Differences(a, b, "") is { Count: > 0 } inner)
                    changes.Add(new($"{i}", "Modify", Children: inner));
            }
            else if (!IsSame(before, after, ""))
                changes.Add(new($"{i}", "Modify", Json(before), Json(after)));
        }
        changes.InsertRange(0, left.Select(j => new WhatIfPropertyChange($"{j}", "Delete", Json(present.Items[j]))));
        return changes;
    }

    private static string? NameOf(Value item) => ((item as Value.Object)?.Get("name") as Value.Text)?.Characters;

    /// <summary>Regions, ids and words of enumerations are the same in any casing; of objects in arrays what is wanted has to be there.</summary>
    private static bool IsSame(Value before, Value after, string name) =>
        (before, after) switch
        {
            (Value.Text a, Value.Text b) => a.Characters.Equals(b.Characters, StringComparison.OrdinalIgnoreCase)
                || (name.Equals("location", StringComparison.OrdinalIgnoreCase) && Regions.Normalise(b.Characters) == a.Characters),
            (Value.Array a, Value.Array b) => ItemDifferences(a, b).Count == 0,
            (Value.Object a, Value.Object b) => Differences(a, b, "x").Count == 0,
            _ => Value.AreEqual(before, after),
        };

    private static System.Text.Json.JsonElement Json(Value value) => DeploymentViews.Json(value.ToString());
}
