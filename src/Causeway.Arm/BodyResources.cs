using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>Members that every resource has (tags, a location), and references to other resources.</summary>
public static class BodyResources
{
    private static readonly SearchValues<char> NotInTagNames = SearchValues.Create("<>%&\\?/");

    /// <summary>A reference <c>{"id": "…"}</c> to another resource, optionally of a given full type.</summary>
    public static ResourceId? Reference(this BodyReader body, string name, string? type = null, bool required = false)
    {
        BodyReader reference = body.Object(name, required);
        return reference.IsPresent ? reference.Id("id", type, required) : null;
    }

    /// <summary>A resource id, optionally of a given full type.</summary>
    public static ResourceId? Id(this BodyReader body, string name, string? type = null, bool required = false)
    {
        if (body.String(name, ResourceId.MaximumLength, required) is not { } text)
            return null;
        if (ResourceId.TryParse(text, out ResourceId? id) && (type is null || id.Type.Equals(type, StringComparison.OrdinalIgnoreCase)))
            return id;
        body.Add(
            "LinkedInvalidPropertyId",
            body.Join(name),
            $"Property id '{Text.Excerpt(text)}' at path '{body.Join(name)}' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{{subscriptionId}}' or '/providers/{{resourceProviderNamespace}}/'"
                + (type is null ? "." : $", of type '{type}'.")
        );
        return null;
    }

    /// <summary>The resource's tags; null when not sent (a PUT without tags has none, a PATCH without tags changes none).</summary>
    public static ImmutableSortedDictionary<string, string>? Tags(this BodyReader body, string name = "tags")
    {
        BodyReader tags = body.Object(name);
        if (!tags.IsPresent)
            return null;
        var result = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, JsonElement value) in tags.Members)
        {
            if (key.Length is 0 or > 512 || key.AsSpan().ContainsAny(NotInTagNames) || !PlainText.IsPlain(key))
                tags.Add(
                    "InvalidTagName",
                    tags.Path,
                    $"The tag name '{Text.Excerpt(key)}' is not valid: use 1 to 512 characters, none of <>%&\\?/."
                );
            else if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null) || !BodyReader.TryText(value, out string? text))
                tags.Wrong<object>(key, value, "a string");
            else if (!PlainText.IsPlain(text))
                tags.Wrong<object>(key, value, "one line of text without control characters");
            else if (text.Length > 256)
                tags.Add(
                    "InvalidTagValueLength",
                    tags.Join(key),
                    $"The value of tag '{Text.Excerpt(key)}' is {text.Length} characters long: use at most 256."
                );
            else
                result[key] = text;
        }
        if (tags.Members.Count > 50)
            tags.Add("InvalidTagCount", tags.Path, $"{tags.Members.Count} tags were sent: a resource can have at most 50.");
        return result.ToImmutable();
    }

    /// <summary>
    /// The resource's region, normalised and checked against the type's. A resource that exists keeps its region: another one is refused, none is fine.
    /// </summary>
    public static string? Location(this BodyReader body, string? present = null)
    {
        string? text = body.String("location", 90);
        if (string.IsNullOrEmpty(text))
        {
            // A wrong one has been reported already; absent and empty are the same.
            if (present is null && !body.IsQuiet && (text is not null || !body.Has("location")))
                body.Add("LocationRequired", body.Join("location"), "The location property is required for this definition.");
            return present;
        }
        string location = Regions.Normalise(text);
        if (present is not null)
        {
            if (location != present)
                body.Context.Problems.Add(
                    Refusal.Conflict(
                        "InvalidResourceLocation",
                        $"The resource already exists in location '{present}'. A resource with the same name cannot be created in location '{Text.Excerpt(text)}': leave the location as it is, or choose another name.",
                        body.Join("location")
                    )
                );
            return present;
        }
        if (body.Context.Locations.Contains(location))
            return location;
        body.Add(
            "LocationNotAvailableForResourceType",
            body.Join("location"),
            $"The provided location '{Text.Excerpt(text)}' is not available for resource type '{body.Context.Type}'. List of available regions for the resource type is '{string.Join(",", body.Context.Locations)}'."
        );
        return null;
    }
}
