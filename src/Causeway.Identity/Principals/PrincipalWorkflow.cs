using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Identity.Principals;

/// <summary>What can happen to a principal. Secrets are in the signals, encrypted; the journal names a signal and never holds one.</summary>
public abstract record PrincipalSignal(DateTimeOffset At) : Signal(At)
{
    public sealed record Create(ServicePrincipal Principal, DateTimeOffset At) : PrincipalSignal(At);

    /// <param name="KeepOldUntil">When the secret before ends; null for at once.</param>
    public sealed record RotateSecret(string ProtectedSecret, DateTimeOffset? KeepOldUntil, DateTimeOffset At) : PrincipalSignal(At);

    public sealed record Enable(DateTimeOffset At) : PrincipalSignal(At);

    public sealed record Disable(DateTimeOffset At) : PrincipalSignal(At);

    public sealed record Remove(DateTimeOffset At) : PrincipalSignal(At);
}

public sealed class PrincipalWorkflow : Workflow<ServicePrincipal>
{
    public override string Type => ServicePrincipal.Type;

    protected override JsonTypeInfo<ServicePrincipal> Json => PrincipalJson.Default.ServicePrincipal;

    public override IReadOnlyList<string> Told => ["clientId", "enabled", "protectedSecret!"];

    /// <summary>Who was disabled, or whose secret was changed, must not be remembered anywhere.</summary>
    protected override bool IsAnnounced => true;

    public override Decision<ServicePrincipal> Decide(ServicePrincipal? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PrincipalSignal.Create(var wanted, _)) => new Decision<ServicePrincipal>.Move(wanted, "Principal created."),
            ({ }, PrincipalSignal.Create) => new Decision<ServicePrincipal>.Stay("It exists."),
            (null, PrincipalSignal.Remove) => new Decision<ServicePrincipal>.Stay("There is nothing to remove."),
            (null, _) => new Decision<ServicePrincipal>.Refuse(Refusal.NotFound("PrincipalNotFound", "There is no such principal.")),
            ({ }, PrincipalSignal.RotateSecret rotate) => new Decision<ServicePrincipal>.Move(
                current with
                {
                    ProtectedSecret = rotate.ProtectedSecret,
                    SecretSince = rotate.At,
                    Previous = rotate.KeepOldUntil is { } until ? new PreviousSecret(current.ProtectedSecret, until) : null,
                },
                rotate.KeepOldUntil is { } end ? $"Secret changed; the one before is good until {end:u}." : "Secret changed."
            ),
            ({ Enabled: true }, PrincipalSignal.Enable) => new Decision<ServicePrincipal>.Stay("It is enabled."),
            ({ }, PrincipalSignal.Enable) => new Decision<ServicePrincipal>.Move(current with { Enabled = true }, "Principal enabled."),
            ({ Enabled: false }, PrincipalSignal.Disable) => new Decision<ServicePrincipal>.Stay("It is disabled."),
            ({ }, PrincipalSignal.Disable) => new Decision<ServicePrincipal>.Move(current with { Enabled = false }, "Principal disabled."),
            ({ }, PrincipalSignal.Remove) => new Decision<ServicePrincipal>.End("Principal removed."),
            _ => throw new System.Diagnostics.UnreachableException($"{current} + {signal}"),
        };

    public override IEnumerable<string> LabelsOf(ServicePrincipal resource) =>
        [ServicePrincipal.Label(resource.ClientId), ServicePrincipal.ObjectLabel(resource.ObjectId)];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServicePrincipal))]
internal sealed partial class PrincipalJson : JsonSerializerContext;
