using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Operations;

/// <summary>One of <c>GET /providers/Causeway.Operations/maintenances</c>: a router that is drained, or not back yet.</summary>
/// <param name="Group">The routers that it shares its work with: a pair's name, <c>exchange/AMS-IX</c>.</param>
/// <param name="Reason">As who drained it gave it.</param>
/// <param name="Applied">Whether the router has the whole of an intent that was made with this in mind: drained, it announces with graceful shutdown.</param>
/// <param name="Status"><c>Draining</c> until the router has followed, then <c>Drained</c>; <c>Restoring</c> until it carries traffic again.</param>
public sealed record MaintenanceBody(string Router, string Group, DateTimeOffset Since, string Reason, bool Applied, string Status);

/// <summary><c>POST /providers/Causeway.Operations/maintenances/{router}/drain</c>.</summary>
public sealed record DrainBody
{
    /// <summary>For the journal; at most 1,024 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>True drains it also when a circuit has not all of its sessions on another router of the group: its owner knows.</summary>
    public bool? Anyway { get; init; }
}

/// <summary>The wire form of maintenance.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ListBody<MaintenanceBody>))]
[JsonSerializable(typeof(MaintenanceBody))]
[JsonSerializable(typeof(DrainBody))]
public sealed partial class MaintenanceContract : JsonSerializerContext;
