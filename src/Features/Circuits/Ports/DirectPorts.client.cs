using System.Text.Json;
using Causeway.Contracts.Circuits;

namespace Causeway.Client.Circuits;

/// <summary>Ports of a customer's own (ExpressRoute Direct).</summary>
public sealed class DirectPortsClient(ArmClient arm)
    : ResourceClient<DirectPortBody>(arm, ArmClient.NetworkVersion, DirectPortContract.Default.DirectPortBody)
{
    public Task<Document<DirectPortBody>> OrderAsync(string port, DirectPortBody order, bool wait, CancellationToken cancellation) =>
        PutAsync(port, order, DirectPortContract.Default.DirectPortBody, wait, cancellation);

    /// <summary>The letter of authorization by which it may be cabled.</summary>
    /// <param name="customer">For whom it is, as it stands in the letter.</param>
    public async Task<Document<LetterBody>> LetterAsync(string port, string customer, CancellationToken cancellation) =>
        Document<LetterBody>.Of(
            (
                await Arm.PostAsync(
                    $"{port}/generateLoa",
                    Version,
                    JsonSerializer.SerializeToNode(new LetterQuestionBody(customer), DirectPortContract.Default.LetterQuestionBody),
                    cancellation
                )
            )!,
            DirectPortContract.Default.LetterBody
        );
}

public static class DirectPortsAccess
{
    extension(CausewayClient client)
    {
        public DirectPortsClient Ports => new(client.Arm);

        /// <summary>Keys by which circuits of other subscriptions come onto a port.</summary>
        public ResourceClient<PortAuthorizationBody> PortAuthorizations =>
            client.Of(DirectPortContract.Default.PortAuthorizationBody, ArmClient.NetworkVersion);

        /// <summary>Where ports can be had; what sizes, only one by one.</summary>
        public ResourceClient<PortLocationBody> PortLocations =>
            client.Of(DirectPortContract.Default.PortLocationBody, ArmClient.NetworkVersion);
    }
}
