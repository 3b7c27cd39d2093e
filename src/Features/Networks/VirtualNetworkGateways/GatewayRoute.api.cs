using System.Text.Json;

namespace Causeway.Api.Networks;

/// <summary>A route as a gateway's route list shows it.</summary>
/// <param name="Origin"><c>Network</c> for the network's own, <c>EBgp</c> for learned ones.</param>
internal sealed record GatewayRoute(string Prefix, string Origin, string NextHop, string SourcePeer, string AsPath, int Weight)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("network"u8, Prefix);
        writer.WriteString("nextHop"u8, NextHop);
        writer.WriteString("sourcePeer"u8, SourcePeer);
        writer.WriteString("origin"u8, Origin);
        writer.WriteString("asPath"u8, AsPath);
        writer.WriteNumber("weight"u8, Weight);
        writer.WriteEndObject();
    }
}
