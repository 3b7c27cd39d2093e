using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Arm;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Networks;

/// <summary>Members that all network resources write alike, in the wire's order.</summary>
internal static class NetworkWriter
{
    /// <summary>Opens the resource and writes its envelope; the caller goes on inside the object.</summary>
    public static void StartResource<T>(this Utf8JsonWriter writer, Versioned<T> resource, string type)
        where T : class, IResource
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, resource.Resource.Id.Name);
        writer.WriteString("id"u8, resource.Resource.Id.Text);
        writer.WriteString("etag"u8, Preconditions.Format(resource.ETag));
        writer.WriteString("type"u8, type);
        writer.WriteString("location"u8, resource.Resource.Location);
        if (!resource.Resource.Tags.IsEmpty)
        {
            writer.WriteStartObject("tags"u8);
            foreach ((string key, string value) in resource.Resource.Tags)
                writer.WriteString(key, value);
            writer.WriteEndObject();
        }
    }

    public static void StartProperties(this Utf8JsonWriter writer, string provisioningState, Guid resourceGuid)
    {
        writer.WriteStartObject("properties"u8);
        writer.WriteString("provisioningState"u8, provisioningState);
        writer.WriteString("resourceGuid"u8, resourceGuid);
    }

    public static void WriteReference(this Utf8JsonWriter writer, string name, ResourceId id)
    {
        writer.WriteStartObject(name);
        writer.WriteString("id"u8, id.Text);
        writer.WriteEndObject();
    }

    public static void WriteStrings<T>(this Utf8JsonWriter writer, string name, ImmutableArray<T> values)
    {
        writer.WriteStartArray(name);
        foreach (T value in values)
            writer.WriteStringValue(value?.ToString());
        writer.WriteEndArray();
    }
}
