using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Causeway.Client;

[JsonSerializable(typeof(JsonNode))]
internal sealed partial class ClientJson : JsonSerializerContext;
