using System.Text.Json.Serialization;

namespace Causeway.Contracts.Operations;

/// <summary>The states of a type of resource and which leads to which: <c>/providers/Causeway.Operations/stateTables?type=…</c>.</summary>
/// <param name="Type">Such as <c>Microsoft.Network/expressRouteCircuits</c>.</param>
/// <param name="States">By name, in the order of its table; <c>absent</c> is before it is made, and after it is gone.</param>
/// <param name="Moves">Each from one state to another; what stays as it is, is none.</param>
public sealed record StateTableBody(string Type, IReadOnlyList<string> States, IReadOnlyList<StateMoveBody> Moves);

/// <summary>A way from one state to another.</summary>
/// <param name="From">The state before.</param>
/// <param name="To">The state after.</param>
/// <param name="Signals">What is asked or told that leads there.</param>
public sealed record StateMoveBody(string From, string To, IReadOnlyList<string> Signals);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StateTableBody))]
public sealed partial class StateTableContract : JsonSerializerContext;
