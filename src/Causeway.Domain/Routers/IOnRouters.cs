using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Routers;

/// <summary>
/// What one type of resource has on routers: what it wants there, and what it is to be told. One implementation per type; nothing of the routers' side knows
/// any type. Resources are found by the label <see cref="OnGroup"/>, which they carry while they are wanted there or not confirmed gone.
/// </summary>
public interface IOnRouters
{
    /// <summary>Canonical resource type.</summary>
    string Type { get; }

    /// <summary>What the row wants on a router of the group. Pure.</summary>
    /// <exception cref="Exception">Anything: the row cannot be read, decrypted or compiled. That is a fault of this row, and harms no other.</exception>
    Compiled Compile(GroupMember router, StoredResource row, CompileContext context);

    /// <summary>The signals that the row is to be sent for what came of it on one router; none when it knows that already. Pure.</summary>
    IEnumerable<Signal> Signals(SideOutcome outcome, StoredResource row);

    /// <summary>The label by which everything is found that is on a group of routers.</summary>
    static string OnGroup(string group) => $"on-pair/{group.ToLowerInvariant()}";

    /// <summary>The lease of a group: who holds it drives its routers, and what asks one of them for something needs it.</summary>
    static string LeaseOf(string group) => $"routers/{group.ToLowerInvariant()}";

    /// <summary>What a commit announces when something on a group has changed.</summary>
    static string Announcement(string group) => $"routers/{group.ToLowerInvariant()}";
}

/// <summary>One router of a group.</summary>
/// <param name="Index">Its place in the group.</param>
public sealed record GroupMember(RouterGroup Group, int Index)
{
    public RouterDefinition Router => Group.Routers[Index];

    /// <summary>Its place in the group of a <see cref="RouterPair"/>.</summary>
    public Side Side => (Side)Index;
}

/// <summary>What intents are compiled with, besides the rows.</summary>
/// <param name="Reveal">Decrypts a stored MD5 key. Throws when it cannot.</param>
/// <param name="Now">What has ended by then is permitted no more, although its row has not been told yet, as after a start.</param>
public sealed record CompileContext(NetworkTopology Topology, Func<string, Md5Key> Reveal, DateTimeOffset Now);

/// <summary>What a row wants on a router.</summary>
/// <param name="Faults">Instances that could not be compiled, by name, with the reason. What was last compiled of them stays.</param>
public sealed record Compiled(IReadOnlyList<InstanceIntent> Instances, IReadOnlyDictionary<string, string> Faults)
{
    public static readonly Compiled Nothing = new([], new Dictionary<string, string>());
}

/// <summary>What became of an intent on one router.</summary>
/// <param name="At">When.</param>
/// <param name="Report">What the router is; null when it could not be given anything.</param>
/// <param name="Faults">By instance: what of the intent was left out or not taken, and why.</param>
/// <param name="Away">Why the router could not be given anything; null when it could.</param>
public sealed record SideOutcome(
    GroupMember Router,
    DateTimeOffset At,
    RouterReport? Report,
    IReadOnlyDictionary<string, string> Faults,
    string? Away
);
