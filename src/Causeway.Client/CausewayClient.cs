using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Causeway.Client;

/// <summary>
/// The typed client of the API. What it offers of each feature is an extension beside the feature's types, such as <c>client.Circuits</c> with
/// <c>using Causeway.Client.Circuits</c>; a type that has none is spoken by <see cref="Of"/>. Everything goes through one <see cref="ArmClient"/>.
/// </summary>
public sealed class CausewayClient(ArmClient arm) : IDisposable
{
    /// <param name="principal">Which of the file's principals to be.</param>
    /// <exception cref="ClientException">The file names no such principal, or the CA file cannot be read.</exception>
    public CausewayClient(AccessFile access, string principal, TimeProvider time)
        : this(new ArmClient(access, principal, time)) { }

    /// <summary>For what the features do not offer.</summary>
    public ArmClient Arm => arm;

    /// <summary>Resources of any type, by its contract.</summary>
    /// <param name="version">The api-version in which the contract is written.</param>
    public ResourceClient<T> Of<T>(JsonTypeInfo<T> contract, string version) => new(arm, version, contract);

    /// <summary>Resources of any type, as JSON.</summary>
    public ResourceClient<JsonNode> Of(string version) => new(arm, version, ClientJson.Default.JsonNode);

    public void Dispose() => arm.Dispose();
}
