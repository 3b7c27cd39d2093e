using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace Causeway.Arm;

/// <summary>Every pattern with its method, to say what can be done at a path when what was asked cannot.</summary>
internal sealed class MappedPaths
{
    private readonly List<(TemplateMatcher Matcher, string Method)> _patterns = [];

    /// <summary>While the server is composed.</summary>
    public void Add(string pattern, string method) => _patterns.Add((new TemplateMatcher(TemplateParser.Parse(pattern), []), method));

    /// <summary>The methods mapped at a path, in order; none when nothing is.</summary>
    public IEnumerable<string> MethodsOf(PathString path) =>
        _patterns
            .Where(p => p.Matcher.TryMatch(path, []))
            .Select(p => p.Method)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
}
