using System.Reflection;
using System.Reflection.Emit;

namespace Vix.P2p.Shared;

/// <summary>
/// Every type that a type's signatures and method bodies name, nested and compiler-made types included: what a using
/// directive or a qualified name in its source can have brought in.
/// </summary>
internal static class TypeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    public static IReadOnlySet<Type> Of(Type type)
    {
        HashSet<Type> found = [];
        Collect(type, found);
        return found;
    }

    private static void Collect(Type type, HashSet<Type> found)
    {
        Add(type.BaseType, found);
        foreach (Type face in type.GetInterfaces())
            Add(face, found);
        foreach (FieldInfo field in type.GetFields(Declared))
            Add(field.FieldType, found);
        foreach (MethodBase method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
        {
            Add((method as MethodInfo)?.ReturnType, found);
            foreach (ParameterInfo parameter in method.GetParameters())
                Add(parameter.ParameterType, found);
            AddBody(method, found);
        }

        foreach (Type nested in type.GetNestedTypes(Declared))
            Collect(nested, found);
    }

    private static void AddBody(MethodBase method, HashSet<Type> found)
    {
        if (method.GetMethodBody() is not { } body)
            return;
        foreach (LocalVariableInfo local in body.LocalVariables)
            Add(local.LocalType, found);
        foreach (ExceptionHandlingClause clause in body.ExceptionHandlingClauses)
        {
            if (clause.Flags == ExceptionHandlingClauseOptions.Clause)
                Add(clause.CatchType, found);
        }

        byte[] il = body.GetILAsByteArray()!;
        for (int at = 0; at < il.Length;)
        {
            OpCode code = OpCodesByValue[il[at] == 0xFE ? 0xFE00 | il[at + 1] : il[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                AddMember(Resolve(method, BitConverter.ToInt32(il, at)), found);
            at += OperandSize(code.OperandType, il, at);
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token) =>
        method.Module.ResolveMember(
            token,
            method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
            method.IsGenericMethod ? method.GetGenericArguments() : null);

    private static void AddMember(MemberInfo? member, HashSet<Type> found)
    {
        if (member is Type type)
        {
            Add(type, found);
            return;
        }

        Add(member?.DeclaringType, found);
        if (member is FieldInfo field)
            Add(field.FieldType, found);
        if (member is not MethodBase method)
            return;
        Add((method as MethodInfo)?.ReturnType, found);
        foreach (ParameterInfo parameter in method.GetParameters())
            Add(parameter.ParameterType, found);
        foreach (Type argument in method.IsGenericMethod ? method.GetGenericArguments() : [])
            Add(argument, found);
    }

    private static void Add(Type? type, HashSet<Type> found)
    {
        while (type?.HasElementType == true)
            type = type.GetElementType();
        if (type is null || type.IsGenericParameter)
            return;
        Type definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        found.Add(definition);
        foreach (Type argument in type.IsGenericType ? type.GetGenericArguments() : [])
        {
            if (argument != type)
                Add(argument, found);
        }
    }

    private static int OperandSize(OperandType operand, byte[] il, int at) =>
        operand switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, at),
            _ => 4,
        };
}
