using System.Text.Json;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Kit;

/// <summary>Members that every resource has.</summary>
public static class ResourceJson
{
    /// <summary>Absent when there are none, as Azure answers.</summary>
    public static void Tags(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, string>> tags)
    {
        bool any = false;
        foreach ((string name, string value) in tags)
        {
            if (!any)
                json.WriteStartObject("tags"u8);
            any = true;
            json.WriteString(name, value);
        }
        if (any)
            json.WriteEndObject();
    }

    /// <summary>A resource as generic lists show it.</summary>
    public static void Generic(Utf8JsonWriter json, StoredResource row, bool times)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, row.Id.Text);
        json.WriteString("name"u8, row.Id.Name);
        json.WriteString("type"u8, row.Type);
        if (row.Location.Length > 0)
            json.WriteString("location"u8, row.Location);
        Tags(json, row.Tags);
        if (times)
        {
            json.WriteString("createdTime"u8, row.Created);
            json.WriteString("changedTime"u8, row.Changed);
        }
        json.WriteEndObject();
    }
}
