namespace Causeway.Templates.Language;

/// <summary>
/// A template is wrong: what, and where. The one exception of this project; whoever gives it a template catches it once and answers with
/// <see cref="Code"/> and the message.
/// </summary>
/// <param name="message">For people: what is wrong and what would be right.</param>
public sealed class TemplateException(string message) : Exception(message)
{
    /// <summary>The code of what is no template by its shape already, as ARM says it of the request.</summary>
    public const string NotTheShape = "InvalidRequestContent";

    /// <summary>ARM's code, such as <c>InvalidTemplate</c>.</summary>
    public string Code { get; init; } = "InvalidTemplate";

    /// <summary>Where it stands in the template, such as <c>resources[0].properties.peer</c>; null where it is not known yet.</summary>
    public string? Path { get; init; }

    /// <summary>The same, standing at a place, unless it is known already where.</summary>
    public TemplateException At(string path) => Path is not null ? this : new(Message) { Code = Code, Path = path };

    /// <summary>The same, of a template that stands within another.</summary>
    /// <param name="place">Where that one begins, with the dot behind it.</param>
    public TemplateException Within(string place) =>
        new(Message) { Code = Code, Path = Path is null ? place.TrimEnd('.') : $"{place}{Path}" };
}
