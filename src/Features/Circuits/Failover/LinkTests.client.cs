using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Contracts.Circuits;

namespace Causeway.Client.Circuits;

/// <summary>Failover tests of a circuit's links.</summary>
public sealed class LinkTestsClient(ArmClient arm)
{
    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<Document<LinkTestBody>>> ListAsync(string circuit, CancellationToken cancellation) =>
        [
            .. (
                (await arm.PostAsync($"{circuit}/getCircuitLinkFailoverAllTestsDetails", ArmClient.NetworkVersion, null, cancellation))
                    as JsonArray
                ?? []
            )
                .OfType<JsonNode>()
                .Select(json => Document<LinkTestBody>.Of(json, CircuitsContract.Default.LinkTestBody)),
        ];

    /// <summary>Takes a link out; the answer is the test that runs.</summary>
    /// <param name="link"><c>Primary</c> or <c>Secondary</c>.</param>
    /// <param name="category"><c>BgpDisconnect</c> or <c>ASPathPrepend</c>.</param>
    public async Task<Document<LinkTestBody>> StartAsync(string circuit, string link, string category, CancellationToken cancellation)
    {
        await arm.PostAsync(
            $"{circuit}/startCircuitLinkFailoverTest?linkType={link}&circuitTestCategory={category}",
            ArmClient.NetworkVersion,
            null,
            cancellation
        );
        return await NewestAsync(circuit, cancellation);
    }

    /// <summary>Ends the test that runs; the answer is how it ended.</summary>
    public async Task<Document<LinkTestBody>> StopAsync(string circuit, StopLinkTestBody verdict, CancellationToken cancellation)
    {
        await arm.PostAsync(
            $"{circuit}/stopCircuitLinkFailoverTest",
            ArmClient.NetworkVersion,
            JsonSerializer.SerializeToNode(verdict, CircuitsContract.Default.StopLinkTestBody),
            cancellation
        );
        return await NewestAsync(circuit, cancellation);
    }

    private async Task<Document<LinkTestBody>> NewestAsync(string circuit, CancellationToken cancellation) =>
        (await ListAsync(circuit, cancellation)) is [var newest, ..]
            ? newest
            : throw new ClientException("The server knows no failover test of the circuit.");
}

public static class LinkTestsClientAccess
{
    extension(CausewayClient client)
    {
        public LinkTestsClient LinkTests => new(client.Arm);
    }
}
