using System.Text.Json.Serialization;

namespace Causeway.Toys;

/// <summary><c>Causeway.Toys/toys</c>.</summary>
public sealed record ToyBody(
    string? Name,
    string? Id,
    string? Etag,
    string? Type,
    string Location,
    IReadOnlyDictionary<string, string>? Tags,
    ToyProperties Properties
);

/// <param name="Colour"><c>Red</c> or <c>Blue</c>.</param>
/// <param name="Color">What <paramref name="Colour"/> was called before 2024.</param>
public sealed record ToyProperties(string ProvisioningState, string? Colour = null, string? Color = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ToyBody))]
public sealed partial class ToysContract : JsonSerializerContext;
