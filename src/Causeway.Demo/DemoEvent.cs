using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Demo;

/// <summary>One thing that happened in the demo; with <c>--json</c> one line each.</summary>
/// <param name="At">When.</param>
/// <param name="Step">Number of the step of the story, from 1; 0 before the first.</param>
/// <param name="Who">Contoso, Equinix, Fabrikam, the operator, or Causeway.</param>
/// <param name="Kind"><c>chapter</c>, <c>step</c>, <c>done</c>, <c>state</c>, <c>route</c>, <c>refused</c>, <c>bill</c>, <c>failed</c>.</param>
/// <param name="Text">For people, in the chosen language.</param>
/// <param name="Why">What a chapter or a step means; null for everything else.</param>
/// <param name="Facts">The values behind it, untranslated.</param>
public sealed record DemoEvent(
    DateTimeOffset At,
    int Step,
    string Who,
    string Kind,
    string Text,
    string? Why,
    IReadOnlyDictionary<string, string> Facts
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DemoEvent))]
[JsonSerializable(typeof(DemoChapterLine[]))]
internal sealed partial class DemoJson : JsonSerializerContext;
