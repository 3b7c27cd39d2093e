using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Causeway.Api.OpenApi;

/// <summary>The doc comments of the contracts, which the compiler wrote beside them: what a member means is said once, where it is declared.</summary>
internal static partial class ContractComments
{
    private static readonly Lazy<Dictionary<string, XElement>> s_members = new(Load);

    /// <summary>What a type is; null where nothing is said.</summary>
    public static string? Of(Type type) => Text(Find(NameOf('T', type))?.Element("summary"));

    /// <summary>What a member means, from its own comment or from that of the record's parameter.</summary>
    public static string? Of(MemberInfo member) =>
        Own($"{NameOf('P', member.DeclaringType!)}.{member.Name}")
        ?? Text(
            Find(NameOf('T', member.DeclaringType!))?.Elements("param").FirstOrDefault(p => (string?)p.Attribute("name") == member.Name)
        );

    private static string? Own(string name) =>
        Find(name) is not { } member ? null
        : member.Element("inheritdoc")?.Attribute("cref")?.Value is { } other ? Own(other)
        : Text(member.Element("summary"));

    private static XElement? Find(string name) => s_members.Value.GetValueOrDefault(name);

    private static string NameOf(char kind, Type type) =>
        $"{kind}:{(type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.')}";

    private static Dictionary<string, XElement> Load()
    {
        using Stream comments =
            typeof(ContractComments).Assembly.GetManifestResourceStream("Causeway.Contracts.xml")
            ?? throw new InvalidOperationException("The contracts' doc comments were not built in.");
        return XDocument.Load(comments).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value);
    }

    private static string? Text(XElement? comment)
    {
        if (comment is null)
            return null;
        var text = new StringBuilder();
        foreach (XNode node in comment.Nodes())
            text.Append(
                node switch
                {
                    XText plain => plain.Value,
                    XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                    XElement { Name.LocalName: "see" } see => $"`{MemberName(see.Attribute("cref")!.Value)}`",
                    XElement { Name.LocalName: "paramref" } parameter => $"`{Wire(parameter.Attribute("name")!.Value)}`",
                    XElement other => other.Value,
                    _ => "",
                }
            );
        return Spaces().Replace(text.ToString(), " ").Trim();
    }

    private static string MemberName(string cref) =>
        cref.StartsWith("P:", StringComparison.Ordinal)
            ? Wire(cref[(cref.LastIndexOf('.') + 1)..])
            : SchemaSet.NameOf(cref[(cref.LastIndexOf('.') + 1)..]);

    private static string Wire(string member) => JsonNamingPolicy.CamelCase.ConvertName(member);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
