using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Resources;

/// <summary>A lock on a scope: what it holds may not be deleted, or not be changed either, until the lock is taken away. Stored under its scope.</summary>
/// <param name="Key">Its id as text: <c>{scope}/providers/Microsoft.Authorization/locks/{name}</c>.</param>
/// <param name="Level"><see cref="CanNotDelete"/> or <see cref="ReadOnly"/>.</param>
/// <param name="Notes">For people; up to 512 characters, null for none.</param>
/// <param name="Owners">Applications that own it: kept and shown as given, as JSON; null for none.</param>
public sealed record ManagementLock(string Key, string Level, string? Notes, string? Owners) : IResource
{
    public const string ResourceType = "Microsoft.Authorization/locks";

    /// <summary>Nothing at the scope or below it may be deleted.</summary>
    public const string CanNotDelete = "CanNotDelete";

    /// <summary>Nor be created or changed.</summary>
    public const string ReadOnly = "ReadOnly";

    [JsonIgnore]
    public ResourceId Id => ResourceId.Parse(Key);

    /// <summary>What is locked: a subscription, a group, or a resource.</summary>
    [JsonIgnore]
    public ResourceId Scope => ScopeOf(Key);

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => Level;

    public static ResourceId IdOf(ResourceId scope, string name) => ResourceId.Parse($"{scope.Text}/providers/{ResourceType}/{name}");

    /// <summary>What a lock of this id is on.</summary>
    public static ResourceId ScopeOf(string key) =>
        ResourceId.Parse(key[..key.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase)]);
}

/// <summary>Something wanted of a lock.</summary>
public abstract record LockSignal(DateTimeOffset At) : Signal(At)
{
    public sealed record Put(ManagementLock Wanted, DateTimeOffset At) : LockSignal(At);

    public sealed record Remove(DateTimeOffset At) : LockSignal(At);
}

public sealed class LockWorkflow : Workflow<ManagementLock>
{
    public override string Type => ManagementLock.ResourceType;

    protected override JsonTypeInfo<ManagementLock> Json => LockJson.Default.ManagementLock;

    public override IReadOnlyList<string> Told => ["level", "notes", "owners"];

    public override Decision<ManagementLock> Decide(ManagementLock? current, Signal signal) =>
        (current, signal) switch
        {
            (null, LockSignal.Put(var wanted, _)) => new Decision<ManagementLock>.Move(wanted, $"Locked: {wanted.Level}."),
            ({ } present, LockSignal.Put(var wanted, _)) when present with { Key = wanted.Key } == wanted =>
                new Decision<ManagementLock>.Stay("The same lock again."),
            ({ } present, LockSignal.Put(var wanted, _)) => new Decision<ManagementLock>.Move(
                wanted with
                {
                    Key = present.Key,
                },
                $"Lock changed: {wanted.Level}."
            ),
            (null, LockSignal.Remove) => new Decision<ManagementLock>.Stay("There is nothing to remove."),
            ({ }, LockSignal.Remove) => new Decision<ManagementLock>.End("Unlocked."),
            _ => throw new System.Diagnostics.UnreachableException($"{current} + {signal}"),
        };

    /// <summary>What is locked, and what is not any more, has to be known on every node.</summary>
    protected override bool IsAnnounced => true;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ManagementLock))]
internal sealed partial class LockJson : JsonSerializerContext;
