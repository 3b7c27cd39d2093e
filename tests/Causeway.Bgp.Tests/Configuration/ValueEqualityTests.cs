using System.Net;
using System.Reflection;
using Causeway.Bgp.Configuration;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Configuration;

/// <summary>
/// Configurations and policies are values: the same content made twice is equal, and each member counts. Members are found by reflection, so that a new one
/// is in the test from its first day.
/// </summary>
public class ValueEqualityTests
{
    /// <summary>All record types that a configuration is made of.</summary>
    public static TheoryData<Type> Types
    {
        get
        {
            var found = new HashSet<Type>();
            Walk(typeof(SpeakerConfiguration), found);
            return [.. found.OrderBy(t => t.Name, StringComparer.Ordinal)];
        }
    }

    private static void Walk(Type type, HashSet<Type> found)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            Walk(inner, found);
        else if (IsArray(type))
            Walk(type.GetGenericArguments()[0], found);
        else if (type.Namespace?.StartsWith("Causeway.Bgp", StringComparison.Ordinal) == true && !type.IsEnum && found.Add(type))
            foreach (PropertyInfo member in Members(type))
                Walk(member.PropertyType, found);
    }

    private static bool IsArray(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(EquatableArray<>);

    private static IEnumerable<PropertyInfo> Members(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is { IsPublic: true });

    [Theory]
    [MemberData(nameof(Types))]
    public void The_same_content_made_twice_is_equal(Type type)
    {
        object one = Make(type, 1),
            other = Make(type, 1);
        Assert.NotSame(one, other);
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Each_member_counts(Type type)
    {
        Assert.NotEmpty(Members(type));
        foreach (PropertyInfo member in Members(type))
        {
            object one = Make(type, 1),
                other = Make(type, 1);
            member.SetValue(other, Make(member.PropertyType, 2));
            Assert.False(one.Equals(other), $"{type.Name}.{member.Name} does not count: {one} equals {other}");
        }
    }

    /// <summary>A value with nothing left at its default; the same content for the same <paramref name="seed"/>, in objects of its own.</summary>
    private static object Make(Type type, int seed)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Make(inner, seed);
        if (IsArray(type))
            return typeof(ValueEqualityTests)
                .GetMethod(nameof(MakeArray), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type.GetGenericArguments())
                .Invoke(null, [seed])!;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(seed % Enum.GetValues(type).Length)!;
        return Type.GetTypeCode(type) switch
        {
            TypeCode.String => $"text {seed}",
            TypeCode.Boolean => seed == 1,
            TypeCode.Byte or TypeCode.Int32 or TypeCode.UInt32 => Convert.ChangeType(seed, type, null),
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(seed),
            _ when type == typeof(IPAddress) => IPAddress.Parse($"192.0.2.{seed}"),
            _ when type == typeof(IPEndPoint) => new IPEndPoint(IPAddress.Parse("192.0.2.1"), seed),
            _ when type == typeof(Asn) => new Asn((uint)seed),
            _ when type == typeof(AsnRange) => new AsnRange(new Asn((uint)seed), new Asn(10)),
            _ when type == typeof(IpPrefix) => IpPrefix.Parse($"198.51.{seed}.0/24"),
            _ => MakeRecord(type, seed),
        };
    }

    private static EquatableArray<T> MakeArray<T>(int seed) => [(T)Make(typeof(T), seed), (T)Make(typeof(T), 1)];

    private static object MakeRecord(Type type, int seed)
    {
        Assert.True(
            type.Namespace!.StartsWith("Causeway.Bgp", StringComparison.Ordinal) || type == typeof(PrefixMatch),
            $"{type} is in a configuration: teach this test to make one, and see that it equals by content."
        );
        ConstructorInfo? making = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault();
        object made = making is null
            ? Activator.CreateInstance(type)!
            : making.Invoke([.. making.GetParameters().Select(p => Make(p.ParameterType, seed))]);
        foreach (PropertyInfo member in Members(type))
            member.SetValue(made, Make(member.PropertyType, seed));
        return made;
    }
}
