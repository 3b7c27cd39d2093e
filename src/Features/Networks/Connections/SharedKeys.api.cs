using System.Security.Cryptography;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Domain.Networks;
using Causeway.Identity.Secrets;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary>
/// The shared key of a connection: given, read and made anew. Links to circuits use none, as on the real service; clients that manage one find it as they left it.
/// It is a secret: reading it needs a permission of its own, which who may only read does not have.
/// </summary>
internal sealed class SharedKeys(Tracked<Connection> connections, ISecretProtector secrets, IStore store) : IEndpoints
{
    private const string Purpose = "connection/sharedKey";
    private const int Longest = 128;
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string Connection =
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/connections/{name0}";

    public void Map(IEndpointRouteBuilder routes)
    {
        var contract = NetworksContract.Default;
        routes.MapArm(
            $"{Connection}/sharedkey",
            Endpoint(
                "GET",
                "action",
                new("GetSharedKey", "Reads the shared key of a connection.") { Answer = () => contract.SharedKeyBody }
            ),
            GetAsync
        );
        routes.MapArm(
            $"{Connection}/sharedkey",
            Endpoint(
                "PUT",
                "write",
                new("SetSharedKey", "Gives a connection a shared key.")
                {
                    Body = () => contract.SharedKeyBody,
                    Answer = () => contract.SharedKeyBody,
                    BeginsOperation = true,
                }
            ),
            PutAsync
        );
        routes.MapArm(
            $"{Connection}/sharedkey/reset",
            Endpoint(
                "POST",
                "reset/action",
                new("ResetSharedKey", "Makes a new shared key for a connection.")
                {
                    Body = () => contract.SharedKeyResetBody,
                    Result = () => contract.SharedKeyResetBody,
                    Statuses = [202],
                    BeginsOperation = true,
                }
            ) with
            {
                Changes = true,
            },
            ResetAsync
        );
    }

    private static ArmEndpoint Endpoint(string method, string verb, ArmContract contract) =>
        new(NetworkTypes.Connection, method, $"{NetworkTypes.Connection.FullName}/sharedkey/{verb}", ArmTarget.Resource)
        {
            Contract = contract,
        };

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await connections.ReadAsync(request.Id, request.Aborted) is { Resource: var connection }
            ? ArmResult.Of(
                Body(request, connection.SharedKey is { } kept ? secrets.Unprotect(kept, Purpose) : null),
                NetworksContract.Default.SharedKeyBody
            )
            : await request.NotFoundAsync();

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        string? key = body.String("value", Longest, required: true);
        if (key is not null && (key.Length == 0 || key.Any(c => c is <= ' ' or > '~')))
            body.Problem("InvalidSharedKey", "value", $"A shared key is 1 to {Longest} printable ASCII characters without spaces.");
        if (body.Refusal is { } no)
            return no;
        if (await connections.ReadAsync(request.Id, request.Aborted) is not { Resource: var connection })
            return await request.NotFoundAsync();
        SendOutcome outcome = await SendAsync(request, key!);
        return outcome is SendOutcome.Delivered delivered
            ? new ArmResult.Ok(
                ArmBody.Of(Body(request, key), NetworksContract.Default.SharedKeyBody),
                request.BegunBy(delivered, connection.Location)
            )
            : await request.RefusedAsync(outcome);
    }

    private async ValueTask<ArmResult> ResetAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        int? length = body.Integer("keyLength", 1, Longest, required: true);
        if (body.Refusal is { } no)
            return no;
        if (await connections.ReadAsync(request.Id, request.Aborted) is not { Resource: var connection })
            return await request.NotFoundAsync();
        SendOutcome outcome = await connections.SendAsync(
            request.Id,
            new SetSharedKey(request.Now, secrets.Protect(RandomNumberGenerator.GetString(Characters, length!.Value), Purpose)),
            request.Context()
        );
        return outcome is SendOutcome.Delivered
            ? await request.LaterAsync(
                store,
                new SharedKeyResetBody(length.Value),
                NetworksContract.Default.SharedKeyResetBody,
                connection.Location
            )
            : await request.RefusedAsync(outcome);
    }

    private Task<SendOutcome> SendAsync(ArmRequest request, string key) =>
        connections.SendAsync(
            request.Id,
            new SetSharedKey(request.Now, secrets.Protect(key, Purpose)),
            request.Context().PolledBy(request)
        );

    private static SharedKeyBody Body(ArmRequest request, string? key) => new() { Id = $"{request.Id}/sharedkey", Value = key };
}
