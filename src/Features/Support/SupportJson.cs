using System.Text.Json.Serialization;
using Causeway.Domain.Json;

namespace Causeway.Domain.Support;

/// <summary>How tickets and files stand in their documents.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(ResourceIdConverter), typeof(IpPrefixConverter), typeof(AsnConverter)]
)]
[JsonSerializable(typeof(SupportTicket))]
[JsonSerializable(typeof(FileWorkspace))]
[JsonSerializable(typeof(SupportFile))]
[JsonSerializable(typeof(FileChunk))]
internal sealed partial class SupportJson : JsonSerializerContext;
