namespace Causeway.Templates.Language;

/// <summary>A node of a parsed expression.</summary>
/// <param name="Position">Where it begins: characters from the beginning of the string, brackets included, counted from 0.</param>
public abstract record Expression(int Position)
{
    /// <summary>A string between single quotes, quotes undoubled.</summary>
    public sealed record Text(string Value, int Position) : Expression(Position);

    /// <summary>A whole number.</summary>
    public sealed record Integer(long Value, int Position) : Expression(Position);

    /// <summary>A function called: <c>concat('a', 'b')</c>, or one of the template's own, <c>contoso.name('a')</c>.</summary>
    /// <param name="Name">As written; a namespace before a dot.</param>
    public sealed record Call(string Name, IReadOnlyList<Expression> Arguments, int Position) : Expression(Position);

    /// <summary>A member of an object: <c>x.name</c>.</summary>
    public sealed record Member(Expression Of, string Name, int Position) : Expression(Position);

    /// <summary>A member of an object or an item of an array: <c>x[0]</c>, <c>x['name']</c>.</summary>
    public sealed record Item(Expression Of, Expression Index, int Position) : Expression(Position);
}
