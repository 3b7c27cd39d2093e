using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Identity.Secrets;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Circuits;

/// <summary>What every endpoint around circuits does alike: read, send, answer.</summary>
public sealed class CircuitDesk(Engine engine, CircuitWorkflow workflow, Func<NetworkTopology> topology, ISecretProtector secrets)
{
    public IStore Store => engine.Store;

    public CircuitPolicy Policy => workflow.Policy;

    public NetworkTopology Topology => topology();

    public ValueTask<Versioned<Circuit>?> ReadAsync(ResourceId circuit, CancellationToken cancellation) =>
        engine.ReadAsync(workflow, circuit, cancellation);

    public Versioned<Circuit> Read(StoredResource row) => workflow.Read(row);

    /// <summary>The circuit that a service key was issued for; null when there is none.</summary>
    public async ValueTask<Versioned<Circuit>?> FindByServiceKeyAsync(Guid key, CancellationToken cancellation) =>
        await Store.ClaimOwnerAsync(Circuit.ServiceKeyClaim(key), cancellation) is { } id ? await ReadAsync(id, cancellation) : null;

    /// <param name="named">Whether the child that the path names exists; preconditions are about it. Null when the path names the circuit.</param>
    public Task<SendOutcome> SendAsync(ArmRequest request, ResourceId circuit, Signal signal, Func<Circuit, bool>? named = null) =>
        SendAsync(request, circuit, _ => ValueTask.FromResult(signal), named);

    /// <summary>Sends on behalf of the caller, under the request's preconditions.</summary>
    /// <param name="signal">Made per try: a choice that lost a race is made anew.</param>
    public Task<SendOutcome> SendAsync(
        ArmRequest request,
        ResourceId circuit,
        Func<CancellationToken, ValueTask<Signal>> signal,
        Func<Circuit, bool>? named = null
    ) =>
        engine.SendAsync(
            [new Addressed(circuit, workflow.Type, signal)],
            new SendContext(request.Caller.ObjectId, request.CorrelationId)
            {
                Precondition =
                    request.Preconditions == Preconditions.None
                        ? null
                        : row =>
                            request.Preconditions.Judge(
                                row is null || named?.Invoke(workflow.Read(row).Resource) == false ? null : row.ETag
                            ),
                Container = GroupContainer.Of(request),
            },
            CancellationToken.None
        );

    /// <summary>The operation that a request starts. Its id is the request's.</summary>
    public static Ticket TicketOf(ArmRequest request) =>
        new(request.RequestId, request.Id, $"{request.Endpoint.Method} {request.Type.FullName}", request.Caller.ObjectId);

    public static ArmOperation OperationOf(ArmRequest request, Circuit circuit) => new(request.RequestId, circuit.Location);

    public string ProtectSharedKey(string key) => secrets.Protect(key, SecretPurposes.BgpKey);

    public AuthorizationKey NewAuthorizationKey() =>
        AuthorizationKey.Of(Guid.NewGuid(), key => secrets.Protect(key, SecretPurposes.AuthorizationKey));

    public string Reveal(AuthorizationKey key) => secrets.Unprotect(key.Protected, SecretPurposes.AuthorizationKey);

    /// <summary>The answer to a refused or impossible outcome of a write.</summary>
    public static ArmResult Refused(SendOutcome outcome) =>
        outcome is SendOutcome.Refused refused ? refused.Refusal : throw new InvalidOperationException($"A write ended as {outcome}.");
}
