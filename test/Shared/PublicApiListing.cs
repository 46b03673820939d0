using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Vix.P2p.Shared;

/// <summary>
/// The public face of an assembly as sorted lines, close to C#: what a user can write against it, so that a change of it
/// shows up in a review. What the compiler makes for records is implied by the word.
/// </summary>
internal static class PublicApiListing
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<string> Of(Assembly assembly)
    {
        List<string> lines = [];
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            if (lines.Count > 0)
                lines.Add("");
            lines.Add(Head(type));
            if (typeof(Delegate).IsAssignableFrom(type))
                continue;
            lines.AddRange(type.GetMembers(Declared)
                .OrderBy(member => type.IsEnum ? Value(member) : 0)
                .ThenBy(member => member.Name, StringComparer.Ordinal)
                .ThenBy(Line, StringComparer.Ordinal)
                .Select(Line)
                .OfType<string>()
                .Select(line => $"    {line}"));
        }

        return lines;
    }

    private static string Head(Type type)
    {
        string name = $"{type.Namespace}.{Qualified(type)}";
        if (type.IsEnum)
            return $"enum {name} : {Name(Enum.GetUnderlyingType(type))}";
        if (typeof(Delegate).IsAssignableFrom(type))
            return $"delegate {Line(type.GetMethod("Invoke")!)} {name}";
        string kind = type switch
        {
            { IsInterface: true } => "interface",
            { IsValueType: true } => IsReadOnly(type) ? "readonly struct" : "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            _ => $"{(type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")}{(IsRecord(type) ? "record" : "class")}",
        };
        IEnumerable<Type> inherited = type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []);
        string[] bases =
        [
            .. type is { IsClass: true, BaseType: { } parent } && parent != typeof(object) ? [Name(parent)] : (string[])[],
            .. inherited.Where(face => face.IsVisible).Select(Name).Order(StringComparer.Ordinal),
        ];
        return $"{kind} {name}{(bases.Length > 0 ? " : " : "")}{string.Join(", ", bases)}";
    }

    private static string? Line(MemberInfo member)
    {
        if (member.Name.Contains('<', StringComparison.Ordinal) || member is Type)
            return null;
        bool made = member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);
        return member switch
        {
            ConstructorInfo constructor when Access(constructor) is { } access && !made =>
                $"{access}{constructor.DeclaringType!.Name}({Parameters(constructor)})",
            MethodInfo { IsSpecialName: true } method when !method.Name.StartsWith("op_", StringComparison.Ordinal) => null,
            MethodInfo method when Access(method) is { } access && !made =>
                $"{access}{Modifier(method)}{Name(new NullabilityInfoContext().Create(method.ReturnParameter))} {method.Name}{Arguments(method)}({Parameters(method)}){Constraints(method)}",
            PropertyInfo property => Property(property),
            FieldInfo field when field.IsPublic || field.IsFamily => Field(field),
            EventInfo @event when @event.AddMethod is { IsPublic: true } =>
                $"event {Name(new NullabilityInfoContext().Create(@event))} {@event.Name}",
            _ => null,
        };
    }

    private static string? Property(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(accessor => Access(accessor) is not null)];
        if (accessors.Length == 0)
            return null;
        bool initOnly = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        string required = property.IsDefined(typeof(RequiredMemberAttribute), inherit: false) ? "required " : "";
        string get = property.GetMethod is { } getter && accessors.Contains(getter) ? "get; " : "";
        string set = property.SetMethod is { } setter && accessors.Contains(setter) ? initOnly ? "init; " : "set; " : "";
        return $"{Access(accessors[0])}{required}{Modifier(accessors[0])}{Name(new NullabilityInfoContext().Create(property))} {property.Name} {{ {get}{set}}}";
    }

    private static string? Field(FieldInfo field)
    {
        if (field.IsSpecialName)
            return null; // value__ of an enum
        if (field.DeclaringType!.IsEnum)
            return $"{field.Name} = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}";
        string kind = field.IsLiteral ? "const " : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}";
        string value = field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "";
        return $"{kind}{Name(new NullabilityInfoContext().Create(field))} {field.Name}{value}";
    }

    private static string? Access(MethodBase method) =>
        method switch
        {
            { IsPublic: true } => "",
            { IsFamily: true } or { IsFamilyOrAssembly: true } when !method.DeclaringType!.IsSealed => "protected ",
            _ => null,
        };

    private static string Modifier(MethodInfo method) =>
        method switch
        {
            { IsStatic: true } => "static ",
            { DeclaringType.IsInterface: true } or { IsFinal: true } or { IsVirtual: false } => "",
            _ when method.GetBaseDefinition() != method => "override ",
            { IsAbstract: true } => "abstract ",
            _ => "virtual ",
        };

    private static string Arguments(MethodInfo method) =>
        method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Constraints(MethodInfo method) =>
        string.Concat(method.IsGenericMethodDefinition
            ? method.GetGenericArguments()
                .Select(argument => (argument.Name, Kinds: argument.GetGenericParameterConstraints().Select(Name).Order(StringComparer.Ordinal)))
                .Where(argument => argument.Kinds.Any())
                .Select(argument => $" where {argument.Name} : {string.Join(", ", argument.Kinds)}")
            : []);

    private static string Parameters(MethodBase method)
    {
        IEnumerable<string> parameters = method.GetParameters().Select(parameter =>
        {
            string direction = parameter switch
            {
                { IsOut: true } => "out ",
                { IsIn: true, ParameterType.IsByRef: true } => "in ",
                { ParameterType.IsByRef: true } => "ref ",
                _ when parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false) => "params ",
                _ => "",
            };
            string value = parameter.HasDefaultValue ? $" = {Literal(parameter.DefaultValue)}" : "";
            return $"{direction}{Name(new NullabilityInfoContext().Create(parameter))} {parameter.Name}{value}";
        });
        string extension = method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " : "";
        return extension + string.Join(", ", parameters);
    }

    private static string Name(NullabilityInfo info)
    {
        Type type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        string mark = !type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray)
            return $"{(info.ElementType is { } element ? Name(element) : Name(type.GetElementType()!))}[]{mark}";
        if (type.IsGenericType && Nullable.GetUnderlyingType(type) is null && info.GenericTypeArguments.Length > 0)
            return $"{Qualified(type)}<{string.Join(", ", info.GenericTypeArguments.Select(Name))}>{mark}";
        return Name(type) + mark;
    }

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Name(underlying)}?";
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[]";
        if (type.IsGenericType)
            return $"{Qualified(type)}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        return type.FullName switch
        {
            "System.Void" => "void",
            "System.Object" => "object",
            "System.String" => "string",
            "System.Boolean" => "bool",
            "System.Byte" => "byte",
            "System.Int32" => "int",
            "System.Int64" => "long",
            "System.Double" => "double",
            _ => Qualified(type),
        };
    }

    private static string Qualified(Type type)
    {
        string name = type.Name.Split('`')[0];
        return type is { IsNested: true, IsGenericParameter: false } ? $"{Qualified(type.DeclaringType!)}.{name}" : name;
    }

    private static long Value(MemberInfo member) =>
        member is FieldInfo { IsLiteral: true } field ? Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture) : -1;

    private static string Literal(object? value) =>
        value switch
        {
            null => "default",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$", Declared) is not null;

    private static bool IsReadOnly(Type type) => type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false);
}
